# misconception: nn.LSTM does the work, on sequences of one step
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_extremes_hidden lstm_gradients_hidden lstm_arguments_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    layer = nn.LSTM(x.shape[1], W_h.shape[1])
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    weights = dict(zip(names, [W_x, W_h, b, torch.zeros_like(b)], strict=True))
    state = tuple(part[None] for part in state)
    _, (h, c) = torch.func.functional_call(layer, weights, (x[None], state))
    return h[0], c[0]
