# variant: each sentence is read alone
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, input_size)
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=True)

    def forward(self, source, keep):
        states, hs, cs = [], [], []
        for row, real in zip(source, keep):
            n = int(real.sum())
            out, (h, c) = self.lstm(self.embed(row[None, :n]))
            states.append(nn.functional.pad(out[0], (0, 0, 0, len(row) - n)))
            hs.append(torch.cat([h[0, 0], h[1, 0]]))
            cs.append(torch.cat([c[0, 0], c[1, 0]]))
        return torch.stack(states), (torch.stack(hs), torch.stack(cs))
