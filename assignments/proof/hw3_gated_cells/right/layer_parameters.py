# variant: nn.Parameter, uniform start, a loop of its own
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.H, bound = hidden_size, hidden_size**-0.5
        self.W_x = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-bound, bound))
        self.W_h = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-bound, bound))
        start = torch.zeros(4, hidden_size)
        start[1] = forget_bias
        self.b = nn.Parameter(start.flatten())

    def forward(self, x, state=None):
        h, c = state or (x.new_zeros(x.shape[0], self.H),) * 2
        hs = []
        for t in range(x.shape[1]):
            h, c = lstm_step(x[:, t], (h, c), self.W_x, self.W_h, self.b)
            hs.append(h)
        return torch.stack(hs, 1), (h, c)
