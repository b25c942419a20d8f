# misconception: the hypothesis is compared with itself
# loses: pairs_test pairs_values_hidden pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        v = self.encoder(hypothesis, hypothesis_lengths)
        return self.to_logits(pair_features(v, v))
