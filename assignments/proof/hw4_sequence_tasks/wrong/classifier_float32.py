# misconception: what was pooled is converted to float32 and back
# loses: classifier_learns_hidden classifier_device_hidden
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.encoder, self.pool = encoder, pool
        self.to_logits = nn.Linear(width, num_classes)

    def forward(self, tokens, lengths):
        hs, _ = self.encoder(self.lookup(tokens), lengths)
        return self.to_logits(self.pool(hs, lengths)).float()
