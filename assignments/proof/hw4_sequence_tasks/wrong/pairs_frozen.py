# misconception: the given encoder is used without its graph, so it is not trained
# loses: pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        with torch.no_grad():
            u = self.encoder(premise, premise_lengths)
            v = self.encoder(hypothesis, hypothesis_lengths)
        return self.to_logits(pair_features(u, v))
