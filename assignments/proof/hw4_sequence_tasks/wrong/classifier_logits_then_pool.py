# misconception: every word gets logits, and those are pooled
# loses: classifier_test classifier_values_hidden classifier_learns_hidden
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.encoder, self.pool = encoder, pool
        self.to_logits = nn.Linear(width, num_classes)

    def forward(self, tokens, lengths):
        hs, _ = self.encoder(self.lookup(tokens), lengths)
        return self.pool(self.to_logits(hs), lengths)
