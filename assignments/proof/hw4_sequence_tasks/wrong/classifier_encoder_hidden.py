# misconception: the encoder is kept in a list, where an optimiser does not find its weights
# loses: classifier_test classifier_learns_hidden classifier_device_hidden
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.parts = [encoder, pool]
        self.to_logits = nn.Linear(width, num_classes)

    def forward(self, tokens, lengths):
        encoder, pool = self.parts
        return self.to_logits(pool(encoder(self.lookup(tokens), lengths)[0], lengths))
