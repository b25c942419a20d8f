# variant: weights in a ParameterDict, orthogonal start
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        weights = nn.ParameterDict()
        weights["x"] = nn.Parameter(nn.init.xavier_uniform_(torch.empty(4 * hidden_size, input_size)))
        weights["h"] = nn.Parameter(nn.init.orthogonal_(torch.empty(4 * hidden_size, hidden_size)))
        bias = torch.zeros(4 * hidden_size)
        bias[hidden_size : 2 * hidden_size].fill_(forget_bias)
        weights["b"] = nn.Parameter(bias)
        self.weights = weights

    def forward(self, x, state=None):
        if state is None:
            state = tuple(x.new_zeros(2, len(x), self.weights["h"].shape[1]))
        w = self.weights

        def step(x_t, before):
            return lstm_step(x_t, before, w["x"], w["h"], w["b"])

        return unroll(step, x, state, x.new_full((len(x),), x.shape[1], dtype=torch.int64))
