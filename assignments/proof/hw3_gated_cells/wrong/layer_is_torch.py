# misconception: nn.LSTM does the work
# loses: layer_test layer_bias_hidden layer_values_hidden layer_state_hidden layer_learns_hidden
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        super().__init__()
        self.layer = nn.LSTM(input_size, hidden_size, batch_first=True)
        nn.init.zeros_(self.layer.bias_ih_l0)
        nn.init.zeros_(self.layer.bias_hh_l0)
        nn.init.constant_(self.layer.bias_ih_l0[hidden_size : 2 * hidden_size], forget_bias)

    def forward(self, x, state=None):
        state = None if state is None else tuple(part[None] for part in state)
        hs, last = self.layer(x, state)
        return hs, tuple(part[0] for part in last)
