# variant: no packing: each row alone, as long as it is
# %% fast
class Encoder(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = input_size, hidden_size, num_layers
        self.gru = nn.GRU(*sizes, batch_first=True, bidirectional=True)

    def forward(self, x, lengths):
        rows, lasts = [], []
        for b, n in enumerate(lengths.tolist()):
            told, h_n = self.gru(x[b : b + 1, :n])
            rows.append(nn.functional.pad(told[0], (0, 0, 0, x.shape[1] - n)))
            lasts.append(h_n.unflatten(0, (-1, 2))[-1, :, 0].flatten())
        return torch.stack(rows), torch.stack(lasts)
