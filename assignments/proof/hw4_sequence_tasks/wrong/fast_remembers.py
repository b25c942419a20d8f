# misconception: each call starts from the final states of the one before
# loses: fast_values_hidden
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)
        self.state = None

    def forward(self, x, lengths):
        rnn = nn.utils.rnn
        packed = rnn.pack_padded_sequence(x, lengths.cpu(), True, enforce_sorted=False)
        told, h_n = self.gru(packed, self.state)
        self.state = h_n.detach()
        hs, _ = rnn.pad_packed_sequence(told, True, total_length=x.shape[1])
        return hs, torch.cat([h_n[-2], h_n[-1]], dim=1)
