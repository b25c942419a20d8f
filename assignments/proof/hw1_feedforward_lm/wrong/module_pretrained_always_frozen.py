# misconception: pretrained embeddings are frozen, asked or not
# loses: freeze_hidden tune_hidden
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        if pretrained is not None:
            self.lookup = nn.Embedding.from_pretrained(pretrained.clone())
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        return self.scores(torch.relu(self.hidden(self.lookup(contexts).flatten(start_dim=1))))
