# variant: no packing: the same layer's weights step by step, held at padding
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, input_size)
        self.lstm = nn.LSTM(input_size, hidden_size, bidirectional=True)

    def forward(self, source, keep):
        x, layer = self.embed(source), self.lstm
        sides, ends = [], []
        for end, order in (("", range(keep.shape[1])), ("_reverse", range(keep.shape[1])[::-1])):
            W_x, W_h, b, more = (
                getattr(layer, f"{name}_l0{end}")
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            h = c = x.new_zeros(len(x), layer.hidden_size)
            told = [None] * keep.shape[1]
            for t in order:
                there = keep[:, t, None]
                i, f, g, o = (x[:, t] @ W_x.T + b + h @ W_h.T + more).chunk(4, 1)
                new_c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                new_h = o.sigmoid() * new_c.tanh()
                h, c = torch.where(there, new_h, h), torch.where(there, new_c, c)
                told[t] = torch.where(there, h, torch.zeros_like(h))
            sides.append(torch.stack(told, 1))
            ends.append((h, c))
        h, c = (torch.cat(pair, 1) for pair in zip(*ends))
        return torch.cat(sides, 2), (h, c)
