# variant: W_a in a linear layer over the query, attend with dot scores
# %% decoder
class Decoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, width):
        super().__init__()
        self.cell = Cell(hidden_size + input_size, hidden_size)
        self.asks = nn.Linear(hidden_size, width, bias=False)
        self.W_m = nn.Parameter(0.1 * torch.randn(width + hidden_size, hidden_size))
        self.b_m = nn.Parameter(torch.zeros(hidden_size))
        self.W_y = nn.Linear(hidden_size, vocab_size)
        self.E = nn.Parameter(torch.randn(vocab_size, input_size))

    def forward(self, words, state):
        h_prev, c_prev, mixed_prev, values, keep = state
        h, c = self.cell(torch.hstack([self.E[words], mixed_prev]), (h_prev, c_prev))
        context, weights = attend(dot_scores, self.asks(h)[:, None], values, values, keep)
        mixed = torch.tanh(torch.hstack([context[:, 0], h]) @ self.W_m + self.b_m)
        return self.W_y(mixed), (h, c, mixed, values, keep), weights[:, 0]
