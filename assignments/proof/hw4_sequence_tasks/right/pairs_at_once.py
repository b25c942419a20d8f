# variant: both sentences of all pairs are read in one call, padded to the same width
# %% pairs
class PairClassifier(nn.Module):
    def __init__(self, encoder, width, num_classes):
        super().__init__()
        self.encoder = encoder
        self.to_logits = nn.Linear(4 * width, num_classes)

    def forward(self, premise, premise_lengths, hypothesis, hypothesis_lengths):
        width = max(premise.shape[1], hypothesis.shape[1])
        sides = [nn.functional.pad(s, (0, width - s.shape[1])) for s in (premise, hypothesis)]
        both = self.encoder(torch.cat(sides), torch.cat([premise_lengths, hypothesis_lengths]))
        return self.to_logits(pair_features(*both.chunk(2)))
