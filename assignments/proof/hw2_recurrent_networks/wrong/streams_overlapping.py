# misconception: batches overlap: the window moves one step at a time
# loses: streams_test streams_rows_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens, targets = ids[: B * n].reshape(B, n), ids[1 : B * n + 1].reshape(B, n)
    return [(tokens[:, t : t + T], targets[:, t : t + T]) for t in range(max(n - T, 0) + 1)]
