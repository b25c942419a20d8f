# misconception: the course's own streams
# loses: streams_test streams_rows_hidden streams_targets_hidden streams_sizes_hidden
# %% streams
def make_streams(ids, B, T):
    from course_lib import batching

    return list(batching.streams(ids, B, T))
