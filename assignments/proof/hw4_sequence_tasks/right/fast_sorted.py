# variant: sorted by hand, and brought back to the given order
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        sizes, order = lengths.sort(descending=True)
        back = order.argsort()
        told, h_n = self.gru(rnn.pack_padded_sequence(x[order], sizes.cpu(), True))
        hs, _ = rnn.pad_packed_sequence(told, True, total_length=x.shape[1])
        return hs[back], torch.cat([h_n[-2], h_n[-1]], dim=1)[back]
