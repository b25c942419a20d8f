# misconception: the reshape cuts the wrong way: words are dealt out to the streams like cards
# loses: streams_test streams_rows_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens, targets = ids[: B * n].reshape(n, B).T, ids[1 : B * n + 1].reshape(n, B).T
    return [(tokens[:, t : t + T], targets[:, t : t + T]) for t in range(0, n, T)]
