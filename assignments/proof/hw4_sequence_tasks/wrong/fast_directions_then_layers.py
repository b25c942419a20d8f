# misconception: h_n is taken to be ordered by direction, then by layer
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
        told, h_n = self.gru(packed)
        hs, _ = rnn.pad_packed_sequence(told, True, total_length=x.shape[1])
        h_n = h_n.unflatten(0, (2, self.gru.num_layers))
        return hs, torch.cat([h_n[0, -1], h_n[1, -1]], dim=1)
