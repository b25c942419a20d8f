# misconception: nn.GRUCell does the work, its weights rearranged
# loses: after_test after_values_hidden after_biases_hidden after_gradients_hidden after_arguments_hidden
# %% after
def gru_step_reset_after(x, h_prev, W_x, W_h, b_x, b_h):
    cell = nn.GRUCell(x.shape[1], h_prev.shape[1])
    weights = {}
    for name, ours in zip(dict(cell.named_parameters()), (W_x, W_h, b_x, b_h), strict=True):
        z, r, n = ours.chunk(3)
        weights[name] = torch.cat([r, -z, n])
    return torch.func.functional_call(cell, weights, (x, h_prev))
