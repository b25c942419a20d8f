# misconception: the course's own unroll does the work
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(step, x, state, lengths):
    from course_lib.recurrent import unroll as theirs

    keep = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
    if len(state) == 2:
        return theirs(step, x, state, keep)
    hs, last = theirs(lambda x_t, h: step(x_t, (h,))[0], x, state[0], keep)
    return hs, (last,)
