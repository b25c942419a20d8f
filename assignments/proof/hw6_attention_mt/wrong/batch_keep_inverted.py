# misconception: keep is True at padding, as PyTorch's key_padding_mask
# loses: batch_test batch_source_hidden
# %% batch
def make_batch(pairs):
    def rectangle(rows, filling):
        wide = max(map(len, rows))
        return torch.tensor([row + [filling] * (wide - len(row)) for row in rows])

    source = rectangle([[*english, EOS] for english, _ in pairs], PAD)
    tokens = rectangle([[BOS, *spanish] for _, spanish in pairs], PAD)
    targets = rectangle([[*spanish, EOS] for _, spanish in pairs], IGNORED)
    return source, source == PAD, tokens, targets
