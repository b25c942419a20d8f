# misconception: the hypothesis gets an encoder of its own, equal at the start
# loses: pairs_test pairs_shared_hidden
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        other = SentenceEncoder(*encoder.lookup.weight.shape, width).to(encoder.lookup.weight)
        other.load_state_dict(encoder.state_dict())
        self.encoders = nn.ModuleList([encoder, other])
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        u = self.encoders[0](premise, premise_lengths)
        v = self.encoders[1](hypothesis, hypothesis_lengths)
        return self.to_logits(pair_features(u, v))
