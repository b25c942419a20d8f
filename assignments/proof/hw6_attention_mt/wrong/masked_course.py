# misconception: the course's own masked softmax
# loses: masked_test masked_values_hidden masked_extremes_hidden masked_gradients_hidden
# %% masked
def masked_softmax(scores, keep):
    from course_lib import attention

    return attention.masked_softmax(scores, keep)
