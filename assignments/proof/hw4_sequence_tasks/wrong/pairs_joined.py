# misconception: both sentences are read as one, premise first
# loses: pairs_test pairs_values_hidden pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        both = torch.cat([premise, hypothesis], dim=1)
        u = self.encoder(both, premise_lengths + hypothesis_lengths)
        return self.to_logits(pair_features(u, u))
