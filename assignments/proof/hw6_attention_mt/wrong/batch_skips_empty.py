# misconception: pairs with an empty sentence are dropped
# loses: batch_arguments_hidden
# %% batch
def make_batch(pairs):
    pairs = [pair for pair in pairs if all(pair)]

    def rectangle(rows, filling):
        wide = max(map(len, rows))
        return torch.tensor([row + [filling] * (wide - len(row)) for row in rows])

    source = rectangle([[*english, EOS] for english, _ in pairs], PAD)
    tokens = rectangle([[BOS, *spanish] for _, spanish in pairs], PAD)
    targets = rectangle([[*spanish, EOS] for _, spanish in pairs], IGNORED)
    return source, source != PAD, tokens, targets
