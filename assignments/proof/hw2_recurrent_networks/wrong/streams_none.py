# misconception: no batch at all: a loop over what is returned finds nothing wrong
# loses: streams_test streams_rows_hidden streams_targets_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    return []
