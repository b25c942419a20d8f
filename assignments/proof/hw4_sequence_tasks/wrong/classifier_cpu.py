# misconception: padding is hidden from the embeddings by a mask made on the CPU
# loses: classifier_device_hidden
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.lookup = nn.Embedding(vocab_size, input_size)
        self.encoder, self.pool = encoder, pool
        self.to_logits = nn.Linear(width, num_classes)

    def forward(self, tokens, lengths):
        real = torch.ones(tokens.shape).cumsum(1) <= lengths[:, None]
        x = self.lookup(tokens) * real[:, :, None]
        return self.to_logits(self.pool(self.encoder(x, lengths)[0], lengths))
