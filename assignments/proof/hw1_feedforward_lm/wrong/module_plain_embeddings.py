# misconception: frozen embeddings are kept as a plain tensor, which does not move to the GPU with the module
# loses: module_test module_values_hidden freeze_hidden tune_hidden
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        self.E = torch.randn(vocab_size, input_size) if pretrained is None else pretrained.clone()
        self.E.requires_grad_(not freeze)
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.scores = nn.Linear(hidden_size, vocab_size)

    def forward(self, contexts):
        return self.scores(torch.relu(self.hidden(self.E[contexts].flatten(1))))
