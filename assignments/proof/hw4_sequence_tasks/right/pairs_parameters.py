# variant: nn.Parameter for the layer on top
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.W_y = nn.Parameter(torch.randn(num_classes, 4 * width) / (4 * width) ** 0.5)
        self.b_y = nn.Parameter(torch.zeros(num_classes))
        self.encoder = encoder

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        u, v = (
            self.encoder(*side)
            for side in [(premise, premise_lengths), (hypothesis, hypothesis_lengths)]
        )
        return nn.functional.linear(pair_features(u, v), self.W_y, self.b_y)
