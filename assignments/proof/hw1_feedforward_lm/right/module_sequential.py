# variant: nn.Sequential
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        embedding = nn.Embedding(vocab_size, input_size)
        if pretrained is not None:
            embedding = nn.Embedding.from_pretrained(pretrained.detach().clone(), freeze=freeze)
        if freeze:
            embedding.weight.requires_grad_(False)
        hidden = nn.Linear((M - 1) * input_size, hidden_size)
        output = nn.Linear(hidden_size, vocab_size)
        self.layers = nn.Sequential(embedding, nn.Flatten(), hidden, nn.ReLU(), output)

    def forward(self, contexts):
        return self.layers(contexts)
