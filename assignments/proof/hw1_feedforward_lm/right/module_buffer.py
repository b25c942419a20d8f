# variant: frozen embeddings as a buffer, input weights stored transposed
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        E = torch.randn(vocab_size, input_size) if pretrained is None else pretrained.clone()
        if freeze:
            self.register_buffer("E", E)
        else:
            self.E = nn.Parameter(E)
        self.W_x = nn.Parameter(torch.randn((M - 1) * input_size, hidden_size) * 0.3)
        self.b_h = nn.Parameter(torch.zeros(hidden_size))
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        x = nn.functional.embedding(contexts, self.E).flatten(1)
        return self.scores(torch.relu(x @ self.W_x + self.b_h))
