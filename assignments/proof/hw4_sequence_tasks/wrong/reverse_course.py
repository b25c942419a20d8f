# misconception: the course's own reversal does the work
# loses: reverse_test reverse_values_hidden reverse_gradients_hidden reverse_arguments_hidden
# %% reverse
def reverse(x, lengths):
    from course_lib.recurrent import reverse as theirs

    return theirs(x, lengths)
