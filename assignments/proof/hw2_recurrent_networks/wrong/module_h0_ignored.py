# misconception: the given state is ignored: each call starts from zeros
# loses: module_values_hidden module_memory_hidden module_dropout_hidden
# %% module
class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.from_x = nn.Linear(input_size, hidden_size)
        self.from_h = nn.Linear(hidden_size, hidden_size, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.to_logits = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, h0=None):
        x = self.lookup(tokens)
        h0 = x.new_zeros(len(x), self.from_h.in_features)
        hs, h = unroll(x, h0, self.from_x.weight, self.from_h.weight, self.from_x.bias)
        return self.to_logits(self.dropout(hs)), h
