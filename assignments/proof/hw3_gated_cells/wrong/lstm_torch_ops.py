# misconception: torch.ops.aten.lstm_cell does the work
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden lstm_arguments_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    return torch.ops.aten.lstm_cell(x, list(state), W_x, W_h, b, torch.zeros_like(b))
