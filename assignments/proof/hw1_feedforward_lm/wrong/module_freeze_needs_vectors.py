# misconception: freeze is ignored where no vectors are given
# loses: freeze_hidden
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        if pretrained is None:
            self.lookup = nn.Embedding(vocab_size, input_size)
        else:
            self.lookup = nn.Embedding.from_pretrained(pretrained.clone(), freeze=freeze)
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        return self.scores(torch.relu(self.hidden(self.lookup(contexts).flatten(start_dim=1))))
