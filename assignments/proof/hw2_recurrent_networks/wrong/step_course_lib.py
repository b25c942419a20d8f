# misconception: the course's own cell
# loses: step_test step_values_hidden step_gradients_hidden step_device_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    from course_lib.cells import ElmanCell

    cell = ElmanCell(W_x.shape[1], W_x.shape[0]).to(x)
    weights = {"from_x.weight": W_x, "from_h.weight": W_h, "from_x.bias": b_h}
    return torch.func.functional_call(cell, weights, (x, h_prev))
