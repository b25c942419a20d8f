# misconception: the course's sampling draws
# loses: sample_test sample_frequencies_hidden sample_independent_hidden sample_extremes_hidden sample_arguments_hidden
# %% sample
def sample(logits):
    from course_lib.sampling import draw

    return draw(logits.log_softmax(dim=1), torch.rand(len(logits), device=logits.device))
