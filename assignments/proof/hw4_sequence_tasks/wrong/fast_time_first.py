# misconception: the layer gets the batch where it expects time
# loses: fast_test fast_values_hidden fast_last_hidden fast_learns_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.gru = nn.GRU(input_size, hidden_size, num_layers, bidirectional=True)

    def forward(self, x, lengths):
        hs, h_n = self.gru(x)
        real = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
        last = torch.cat([h_n[-2], h_n[-1]], dim=1)
        return hs * real[:, :, None], last[: len(x)]
