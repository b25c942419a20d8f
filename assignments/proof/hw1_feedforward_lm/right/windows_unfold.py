# variant: tensor unfold instead of loops
# %% windows
def make_windows(sentences, M):
    rows = [torch.empty((0, M), dtype=torch.int64)]
    for sentence in sentences:
        start, end = torch.full((M - 1,), BOS), torch.tensor([EOS])
        rows.append(torch.cat([start, torch.tensor(sentence, dtype=torch.int64), end]).unfold(0, M, 1))
    both = torch.cat(rows)
    return both[:, :-1], both[:, -1]
