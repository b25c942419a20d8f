# variant: a cell module and a loop; logits for all steps at once
# %% module
class Cell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.from_x = nn.Linear(input_size, hidden_size)
        self.from_h = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        return torch.tanh(self.from_x(x) + self.from_h(h))


class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.hidden_size = hidden_size
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.cell = Cell(input_size, hidden_size)
        self.dropout = nn.Dropout(dropout)
        self.to_logits = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, h0=None):
        x = self.lookup(tokens)
        h = h0 if h0 is not None else x.new_zeros(len(x), self.hidden_size)
        hs = []
        for x_t in x.transpose(0, 1):
            h = self.cell(x_t, h)
            hs.append(h)
        return self.to_logits(self.dropout(torch.stack(hs, dim=1))), h
