# misconception: the layer reads from the left alone
# loses: fast_test fast_values_hidden fast_last_hidden fast_learns_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.gru = nn.GRU(input_size, 2 * hidden_size, num_layers, batch_first=True)

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        packed = rnn.pack_padded_sequence(x, lengths.cpu(), True, enforce_sorted=False)
        told, h_n = self.gru(packed)
        hs, _ = rnn.pad_packed_sequence(told, True, total_length=x.shape[1])
        return hs, h_n[-1]
