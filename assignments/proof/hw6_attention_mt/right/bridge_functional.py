# variant: F.linear and torch.tanh
# %% bridge
class Bridge(nn.Module):
    def __init__(self, width, hidden_size):
        super().__init__()
        self.to_c = nn.Linear(width, hidden_size)
        self.to_h = nn.Linear(width, hidden_size)

    def forward(self, h_last, c_last):
        h = torch.tanh(nn.functional.linear(h_last, self.to_h.weight, self.to_h.bias))
        c = c_last @ self.to_c.weight.t() + self.to_c.bias
        return (h, c)
