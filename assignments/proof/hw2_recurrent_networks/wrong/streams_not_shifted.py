# misconception: the target is the token itself
# loses: streams_test streams_targets_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens = ids[: B * n].reshape(B, n)
    return [(tokens[:, t : t + T], tokens[:, t : t + T]) for t in range(0, n, T)]
