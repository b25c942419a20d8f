# variant: torch's pad_sequence, the mask from lengths
# %% batch
def make_batch(pairs):
    pad = nn.utils.rnn.pad_sequence
    sources = [torch.tensor(list(english) + [EOS]) for english, _ in pairs]
    framed = [torch.tensor([BOS, *spanish, EOS]) for _, spanish in pairs]
    source = pad(sources, batch_first=True, padding_value=PAD)
    lengths = torch.tensor([len(row) for row in sources])
    keep = torch.arange(source.shape[1])[None] < lengths[:, None]
    tokens = pad([row[:-1] for row in framed], batch_first=True, padding_value=PAD)
    targets = pad([row[1:] for row in framed], batch_first=True, padding_value=IGNORED)
    return source, keep, tokens, targets
