# misconception: the activation is forgotten in the module
# loses: module_values_hidden
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        if pretrained is not None:
            self.lookup.weight.data.copy_(pretrained)
        self.lookup.weight.requires_grad = not freeze
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        return self.scores(self.hidden(self.lookup(contexts).flatten(start_dim=1)))
