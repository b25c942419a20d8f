# misconception: keep holds 1.0 and 0.0
# loses: batch_arguments_hidden
# %% batch
def make_batch(pairs):
    def rectangle(rows, filling):
        wide = max(map(len, rows))
        return torch.tensor([row + [filling] * (wide - len(row)) for row in rows])

    source = rectangle([[*english, EOS] for english, _ in pairs], PAD)
    tokens = rectangle([[BOS, *spanish] for _, spanish in pairs], PAD)
    targets = rectangle([[*spanish, EOS] for _, spanish in pairs], IGNORED)
    return source, (source != PAD).double(), tokens, targets
