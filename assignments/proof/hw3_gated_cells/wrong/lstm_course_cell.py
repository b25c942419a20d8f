# misconception: course_lib's LSTMCell does the work
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden lstm_arguments_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    from course_lib.cells import LSTMCell

    cell = LSTMCell(x.shape[1], W_h.shape[1])
    weights = {"from_x.weight": W_x, "from_x.bias": b, "from_h.weight": W_h}
    return torch.func.functional_call(cell, weights, (x, tuple(state)))
