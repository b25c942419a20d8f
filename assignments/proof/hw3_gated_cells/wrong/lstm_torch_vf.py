# misconception: torch._VF.lstm_cell does the work, found under a name made at run time
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden lstm_arguments_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    cell = getattr(torch._VF, "lstm" + "_cell")
    return cell(x, state, W_x, W_h, b, torch.zeros_like(b))
