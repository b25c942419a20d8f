# misconception: the forget bias is added at every step instead of being where the bias starts
# loses: layer_values_hidden layer_learns_hidden
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.zeros_(self.from_x.bias)
        self.forget_bias = forget_bias

    def forward(self, x, state=None):
        H = self.from_h.in_features
        if state is None:
            zeros = x.new_zeros(len(x), H)
            state = zeros, zeros
        more = torch.zeros_like(self.from_x.bias)
        more[H : 2 * H] = self.forget_bias
        weights = self.from_x.weight, self.from_h.weight, self.from_x.bias + more
        lengths = torch.full((len(x),), x.shape[1], device=x.device)
        return unroll(lambda x_t, before: lstm_step(x_t, before, *weights), x, state, lengths)
