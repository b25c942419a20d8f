# variant: the zero state is a buffer that is saved with the weights
# %% module
class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.register_buffer("h0", torch.zeros(hidden_size))
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.inner = nn.Linear(input_size, hidden_size, bias=False)
        self.again = nn.Linear(hidden_size, hidden_size)
        self.out = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden_size, vocab_size))

    def forward(self, tokens, h0=None):
        h0 = self.h0.expand(len(tokens), -1) if h0 is None else h0
        weights = self.inner.weight, self.again.weight, self.again.bias
        hs, h = unroll(self.lookup(tokens), h0, *weights)
        return self.out(hs), h
