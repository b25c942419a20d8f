# misconception: the encoding is the last column of hs
# loses: fast_test fast_last_hidden fast_learns_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        packed = rnn.pack_padded_sequence(x, lengths.cpu(), True, enforce_sorted=False)
        hs, _ = rnn.pad_packed_sequence(self.gru(packed)[0], True, total_length=x.shape[1])
        return hs, hs[:, -1]
