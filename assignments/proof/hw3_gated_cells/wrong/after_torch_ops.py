# misconception: torch.gru_cell does the work
# loses: after_test after_values_hidden after_biases_hidden after_gradients_hidden after_arguments_hidden
# %% after
def gru_step_reset_after(x, h_prev, W_x, W_h, b_x, b_h):
    def theirs(ours):
        z, r, n = ours.chunk(3)
        return torch.cat([r, -z, n])

    return torch.gru_cell(x, h_prev, *(theirs(weight) for weight in (W_x, W_h, b_x, b_h)))
