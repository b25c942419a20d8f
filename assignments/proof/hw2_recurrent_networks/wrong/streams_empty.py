# misconception: batches without a word in them
# loses: streams_test streams_rows_hidden streams_targets_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    n = (len(ids) - 1) // B
    return [(ids[:0].reshape(B, 0), ids[:0].reshape(B, 0)) for t in range(0, n, T)]
