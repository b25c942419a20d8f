# misconception: the course's own attention
# loses: attend_test attend_values_hidden attend_gradients_hidden
# %% attend
def attend(score, query, keys, values, keep):
    from course_lib import attention

    return attention.attend(score(query, keys), values, keep)
