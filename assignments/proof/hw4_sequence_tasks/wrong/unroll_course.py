# misconception: the course's own unroll does the work
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    from course_lib import recurrent

    keep = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
    hs, last = recurrent.unroll(cell, x, h0, keep)
    return hs * keep[:, :, None], last
