# variant: word 0 has no embedding of its own; words beyond a row's end are hidden first
# %% classifier
class Classifier(nn.Module):
    def __init__(self, vocab_size, input_size, encoder, pool, width, num_classes):
        super().__init__()
        self.layers = nn.ModuleDict({"reads": encoder, "top": nn.Linear(width, num_classes)})
        self.layers["words"] = nn.Embedding(vocab_size, input_size)
        self.pool = pool

    def forward(self, tokens, lengths):
        beyond = torch.arange(tokens.shape[1], device=tokens.device) >= lengths[:, None]
        x = self.layers["words"](tokens.masked_fill(beyond, 0))
        told = self.layers["reads"](x, lengths)
        return self.layers["top"](self.pool(told[0], lengths))
