# misconception: without packing, the right direction starts on padding
# loses: fast_test fast_values_hidden fast_last_hidden fast_learns_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        hs, h_n = self.gru(x)
        real = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
        return hs * real[:, :, None], torch.cat([h_n[-2], h_n[-1]], dim=1)
