# misconception: time is the first axis, as in many old examples
# loses: streams_test streams_rows_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens, targets = ids[: B * n].reshape(B, n).T, ids[1 : B * n + 1].reshape(B, n).T
    return [(tokens[t : t + T], targets[t : t + T]) for t in range(0, n, T)]
