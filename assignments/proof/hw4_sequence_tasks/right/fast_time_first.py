# variant: time first inside, and the encoding picked from hs at both ends
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.width = hidden_size
        self.gru = nn.GRU(input_size, hidden_size, num_layers, bidirectional=True)

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        packed = rnn.pack_padded_sequence(x.transpose(0, 1), lengths.cpu(), enforce_sorted=False)
        hs, _ = rnn.pad_packed_sequence(self.gru(packed)[0], total_length=x.shape[1])
        hs = hs.transpose(0, 1)
        left = hs[torch.arange(len(x)), lengths - 1, : self.width]
        return hs, torch.cat([left, hs[:, 0, self.width :]], dim=1)
