# misconception: source and target are padded to a common width
# loses: batch_test batch_source_hidden batch_targets_hidden batch_arguments_hidden
# %% batch
def make_batch(pairs):
    def rectangle(rows, filling):
        wide = most
        return torch.tensor([row + [filling] * (wide - len(row)) for row in rows])

    both = [sentence for pair in pairs for sentence in pair]
    most = 1 + max(map(len, both))
    source = rectangle([[*english, EOS] for english, _ in pairs], PAD)
    tokens = rectangle([[BOS, *spanish] for _, spanish in pairs], PAD)
    targets = rectangle([[*spanish, EOS] for _, spanish in pairs], IGNORED)
    return source, source != PAD, tokens, targets
