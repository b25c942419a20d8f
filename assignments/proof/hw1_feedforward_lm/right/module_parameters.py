# variant: nn.Parameter instead of nn.Linear, and the function of task 3
# %% module
class FeedforwardLM(nn.Module):
    def __init__(self, vocab_size, M, input_size, hidden_size, pretrained=None, freeze=False):
        super().__init__()
        inputs = (M - 1) * input_size
        E = torch.randn(vocab_size, input_size) if pretrained is None else pretrained.clone()
        self.E = nn.Parameter(E, requires_grad=not freeze)
        self.W_x = nn.Parameter(torch.randn(hidden_size, inputs) / inputs**0.5)
        self.b_h = nn.Parameter(torch.zeros(hidden_size))
        self.W_y = nn.Parameter(torch.randn(vocab_size, hidden_size) / hidden_size**0.5)
        self.b_y = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, contexts):
        return feedforward(contexts, self.E, self.W_x, self.b_h, self.W_y, self.b_y)
