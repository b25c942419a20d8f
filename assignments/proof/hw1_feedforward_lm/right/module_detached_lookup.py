# variant: frozen embeddings are detached in the forward pass: they never get a gradient
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        self.frozen = freeze
        self.lookup = nn.Embedding(vocab_size, input_size)
        if pretrained is not None:
            with torch.no_grad():
                self.lookup.weight.copy_(pretrained)
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        x = self.lookup(contexts)
        x = x.detach() if self.frozen else x
        return self.scores(self.hidden(x.flatten(1)).relu())
