# variant: two nn.Linear with a bias each, the second bias zero; gates written out in forward
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size)
        with torch.no_grad():
            self.from_x.bias.zero_()
            self.from_h.bias.zero_()
            self.from_h.bias[hidden_size : 2 * hidden_size] = forget_bias

    def forward(self, x, state=None):
        if state is None:
            state = 2 * [torch.zeros(len(x), self.hidden_size, dtype=x.dtype, device=x.device)]
        (h, c), hs = state, []
        from_x = self.from_x(x)
        for t in range(x.shape[1]):
            i, f, g, o = (from_x[:, t] + self.from_h(h)).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            hs.append(h)
        return torch.stack(hs, dim=1), (h, c)
