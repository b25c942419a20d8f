# misconception: course_lib's GRUCell does the work
# loses: gru_test gru_update_hidden gru_reset_hidden gru_gradients_hidden gru_arguments_hidden
# %% gru
def gru_step(x, h_prev, W_x, W_h, b):
    from course_lib import cells

    cell = cells.GRUCell(x.shape[1], h_prev.shape[1])
    weights = {"from_x.weight": W_x, "from_x.bias": b, "from_h.weight": W_h}
    return torch.func.functional_call(cell, weights, (x, h_prev))
