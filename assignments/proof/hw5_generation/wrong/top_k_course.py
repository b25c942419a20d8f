# misconception: the course's own top-k
# loses: top_k_test top_k_values_hidden top_k_ties_hidden top_k_extremes_hidden top_k_arguments_hidden
# %% top_k
def keep_top_k(logits, k):
    from course_lib.sampling import top_k

    return top_k(logits, k)
