# misconception: the features are filled into a tensor that is made on the CPU
# loses: pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        u = self.encoder(premise, premise_lengths)
        v = self.encoder(hypothesis, hypothesis_lengths)
        features = torch.zeros(len(u), self.to_logits.in_features, dtype=u.dtype)
        return self.to_logits(features + pair_features(u, v))
