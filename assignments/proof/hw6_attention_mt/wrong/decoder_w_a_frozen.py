# misconception: W_a is a buffer that nobody trains
# loses: decoder_learns_hidden
# %% decoder
class Decoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, width):
        super().__init__()
        self.glossary = nn.Embedding(vocab_size, input_size)
        self.cell = Cell(input_size + hidden_size, hidden_size)
        self.register_buffer("W_a", torch.randn(hidden_size, width) / width**0.5)
        self.mixes = nn.Linear(width + hidden_size, hidden_size)
        self.says = nn.Linear(hidden_size, vocab_size)

    def forward(self, words, state):
        *cells, mixed, values, keep = state
        h, c = self.cell(torch.cat([self.glossary(words), mixed], dim=1), tuple(cells))
        found, shares = attend(self._score, h.unsqueeze(1), values, values, keep)
        mixed = self.mixes(torch.cat([found.squeeze(1), h], dim=1)).tanh()
        return self.says(mixed), (h, c, mixed, values, keep), shares.squeeze(1)

    def _score(self, query, keys):
        return general_scores(query, keys, self.W_a)
