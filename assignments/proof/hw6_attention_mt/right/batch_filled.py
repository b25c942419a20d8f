# variant: rectangles that are filled row by row
# %% batch
def make_batch(pairs):
    S = 1 + max(len(source) for source, _ in pairs)
    T = 1 + max(len(target) for _, target in pairs)
    source = torch.full((len(pairs), S), PAD)
    keep = torch.zeros(len(pairs), S, dtype=torch.bool)
    tokens = torch.full((len(pairs), T), PAD)
    targets = torch.full((len(pairs), T), IGNORED)
    for b, (english, spanish) in enumerate(pairs):
        n, m = len(english), len(spanish)
        source[b, : n + 1] = torch.tensor(english + [EOS])
        keep[b, : n + 1] = True
        tokens[b, : m + 1] = torch.tensor([BOS] + spanish)
        targets[b, : m + 1] = torch.tensor(spanish + [EOS])
    return source, keep, tokens, targets
