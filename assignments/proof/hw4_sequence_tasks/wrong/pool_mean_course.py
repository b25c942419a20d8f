# misconception: the course's own pooling does the work
# loses: pool_mean_test pool_mean_hidden pool_arguments_hidden
# %% pool_mean
def pool_mean(hs, lengths):
    from course_lib.classify import mean_states

    return mean_states(hs, torch.arange(hs.shape[1], device=hs.device) < lengths[:, None])
