# misconception: freeze stops the hidden layer too
# loses: freeze_hidden
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
        self.hidden.requires_grad_(not freeze)

    def forward(self, contexts):
        return self.scores(torch.relu(self.hidden(self.lookup(contexts).flatten(start_dim=1))))
