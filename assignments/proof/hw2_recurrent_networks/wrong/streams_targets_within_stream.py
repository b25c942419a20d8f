# misconception: a stream's last word has no target: it wants the next word inside its own row
# loses: streams_test streams_rows_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    n = len(ids) // B
    rows = ids[: B * n].reshape(B, n)
    steps = range(0, n - 1, T)
    return [(rows[:, t : min(t + T, n - 1)], rows[:, t + 1 : t + T + 1]) for t in steps]
