# misconception: the course's own nucleus
# loses: top_p_test top_p_values_hidden top_p_crossing_hidden top_p_extremes_hidden top_p_arguments_hidden
# %% top_p
def keep_top_p(logits, p):
    from course_lib.sampling import nucleus

    return nucleus(logits, p)
