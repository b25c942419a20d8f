# misconception: the biases of the first two gates are set, the input gate among them
# loses: layer_bias_hidden
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.zeros_(self.from_x.bias)
        nn.init.constant_(self.from_x.bias[: 2 * hidden_size], forget_bias)

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(len(x), self.from_h.in_features)
            state = zeros, zeros
        weights = self.from_x.weight, self.from_h.weight, self.from_x.bias
        lengths = torch.full((len(x),), x.shape[1], device=x.device)
        return unroll(lambda x_t, before: lstm_step(x_t, before, *weights), x, state, lengths)
