# misconception: nn.RNN inside
# loses: module_test module_values_hidden module_gradients_hidden module_dropout_hidden module_memory_hidden module_device_hidden
# %% module
class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.recurrent = nn.RNN(input_size, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.to_logits = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, h0=None):
        hs, h = self.recurrent(self.lookup(tokens), None if h0 is None else h0[None])
        return self.to_logits(self.dropout(hs)), h[0]
