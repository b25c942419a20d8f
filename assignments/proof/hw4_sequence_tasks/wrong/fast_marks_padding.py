# misconception: padding in hs is marked by -100, as in the targets
# loses: fast_test fast_values_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        packed = rnn.pack_padded_sequence(x, lengths.cpu(), True, enforce_sorted=False)
        told, h_n = self.gru(packed)
        hs, _ = rnn.pad_packed_sequence(told, True, float(PADDING), x.shape[1])
        return hs, torch.cat([h_n[-2], h_n[-1]], dim=1)
