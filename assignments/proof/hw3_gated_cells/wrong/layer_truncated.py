# misconception: the state is detached at each step: no gradient passes through time
# loses: layer_learns_hidden
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.zeros_(self.from_x.bias)
        nn.init.constant_(self.from_x.bias[hidden_size : 2 * hidden_size], forget_bias)

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(len(x), self.from_h.in_features)
            state = zeros, zeros
        weights, hs = (self.from_x.weight, self.from_h.weight, self.from_x.bias), []
        for x_t in x.unbind(dim=1):
            h, c = lstm_step(x_t, tuple(part.detach() for part in state), *weights)
            state = h, c
            hs.append(h)
        return torch.stack(hs, dim=1), state
