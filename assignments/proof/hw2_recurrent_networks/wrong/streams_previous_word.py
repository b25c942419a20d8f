# misconception: the target is the word before
# loses: streams_test streams_targets_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    tokens, targets = ids[: B * n].reshape(B, n), ids.roll(1)[: B * n].reshape(B, n)
    return [(tokens[:, t : t + T], targets[:, t : t + T]) for t in range(0, n, T)]
