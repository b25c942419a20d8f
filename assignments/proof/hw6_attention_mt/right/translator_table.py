# variant: logits and weights are written into tables
# %% translator
class Translator(nn.Module):
    def __init__(self, encoder, bridge, decoder):
        super().__init__()
        self.encoder = encoder
        self.bridge = bridge
        self.decoder = decoder

    def start(self, source, keep):
        states, (h, c) = self.encoder(source, keep)
        h, c = self.bridge(h, c)
        return (h, c, torch.zeros_like(h), states, keep)

    def step(self, words, state):
        return self.decoder(words, state)

    def forward(self, source, keep, tokens):
        state = self.start(source, keep)
        logits, weights = [], []
        for t in range(tokens.shape[1]):
            scores, state, share = self.decoder(tokens[:, t], state)
            logits += [scores[:, None]]
            weights += [share[:, None]]
        return torch.cat(logits, 1), torch.cat(weights, 1)
