# misconception: gold words of the last teacher-forced pass are used at inference
# loses: translator_start_hidden
# %% translator
class Translator(nn.Module):
    def __init__(self, encoder, bridge, decoder):
        super().__init__()
        self.encoder, self.bridge, self.decoder = encoder, bridge, decoder

    def start(self, source, keep):
        told, ends = self.encoder(source, keep)
        h0, c0 = self.bridge(*ends)
        return h0, c0, h0.new_zeros(h0.shape), told, keep

    def step(self, words, state):
        gold = getattr(self, "gold", [])
        return self.decoder(gold.pop(0) if gold else words, state)

    def forward(self, source, keep, tokens):
        memory, said = self.start(source, keep), []
        for gold in tokens.unbind(dim=1):
            guess, memory, looked = self.decoder(gold, memory)
            said.append((guess, looked))
        self.gold = list(tokens.unbind(dim=1))
        return tuple(torch.stack(each, dim=1) for each in zip(*said, strict=True))
