# variant: plain parameters, W_h stored the other way round, a loop of its own
# %% module
class RecurrentLM(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, dropout=0.0):
        super().__init__()
        self.p = dropout
        self.E = nn.Parameter(torch.randn(vocab_size, input_size))
        self.W_x = nn.Parameter(0.3 * torch.randn(input_size, hidden_size))
        self.W_h = nn.Parameter(0.3 * torch.randn(hidden_size, hidden_size))
        self.b_h = nn.Parameter(torch.zeros(hidden_size))
        self.W_y = nn.Parameter(0.3 * torch.randn(hidden_size, vocab_size))
        self.b_y = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, tokens, h0=None):
        h = torch.zeros_like(self.b_h).expand(len(tokens), -1) if h0 is None else h0
        logits = []
        for t in range(tokens.shape[1]):
            h = torch.tanh(self.E[tokens[:, t]] @ self.W_x + h @ self.W_h + self.b_h)
            shown = nn.functional.dropout(h, self.p, self.training)
            logits.append(shown @ self.W_y + self.b_y)
        return torch.stack(logits, dim=1), h
