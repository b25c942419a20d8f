# misconception: what the encoder says of the hypothesis is cut from the graph
# loses: pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        u = self.encoder(premise, premise_lengths)
        v = self.encoder(hypothesis, hypothesis_lengths).detach()
        return self.to_logits(pair_features(u, v))
