# misconception: the output weights are a plain tensor that no optimiser sees
# loses: module_test module_values_hidden freeze_hidden
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        if pretrained is not None:
            self.lookup.weight.data.copy_(pretrained)
        self.lookup.weight.requires_grad = not freeze
        self.hidden = nn.Linear((M - 1) * input_size, hidden_size)
        self.W_y = torch.randn(vocab_size, hidden_size, requires_grad=True)
        self.b_y = torch.zeros(vocab_size, requires_grad=True)

    def forward(self, contexts):
        h = torch.relu(self.hidden(self.lookup(contexts).flatten(1)))
        return h @ self.W_y.T + self.b_y
