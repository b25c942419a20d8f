# variant: nn.Parameter and products instead of nn.Embedding and nn.Linear
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.E = nn.Parameter(torch.randn(vocab_size, input_size))
        self.W_y = nn.Parameter(torch.randn(width, num_classes) / width**0.5)
        self.b_y = nn.Parameter(torch.zeros(num_classes))
        self.encoder, self.pool = encoder, pool

    def forward(self, tokens, lengths):
        hs = self.encoder(self.E[tokens], lengths)[0]
        return self.pool(hs, lengths) @ self.W_y + self.b_y
