# misconception: W_h is a plain tensor, unknown to optimiser, state_dict and `.to()`
# loses: module_test module_values_hidden module_gradients_hidden module_dropout_hidden module_device_hidden
# %% module
class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.from_x = nn.Linear(input_size, hidden_size)
        self.W_h = 0.1 * torch.randn(hidden_size, hidden_size)
        self.dropout = nn.Dropout(dropout)
        self.to_logits = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, h0=None):
        x = self.lookup(tokens)
        h0 = x.new_zeros(len(x), len(self.W_h)) if h0 is None else h0
        hs, h = unroll(x, h0, self.from_x.weight, self.W_h, self.from_x.bias)
        return self.to_logits(self.dropout(hs)), h
