# misconception: the last target of a batch is its first token: `roll` goes round
# loses: streams_test streams_targets_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    chunks = ids[: B * n].reshape(B, n).split(T, dim=1)
    return [(tokens, tokens.roll(-1, dims=1)) for tokens in chunks]
