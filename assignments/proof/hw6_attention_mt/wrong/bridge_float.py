# misconception: h0 and c0 are cast to float32
# loses: bridge_arguments_hidden
# %% bridge
class Bridge(nn.Module):
    def __init__(self, width, hidden_size):
        super().__init__()
        self.to_h, self.to_c = (nn.Linear(width, hidden_size) for _ in "hc")

    def forward(self, h_last, c_last):
        return self.to_h(h_last).tanh().float(), self.to_c(c_last).float()
