# misconception: each batch is cut from its own part of the text: its rows do not continue the last
# loses: streams_test streams_rows_hidden
# %% streams
def make_streams(ids, B, T):
    n, start, batches = (len(ids) - 1) // B, 0, []
    for t in range(0, n, T):
        steps = min(T, n - t)
        stop = start + B * steps
        tokens, targets = ids[start:stop], ids[start + 1 : stop + 1]
        batches.append((tokens.reshape(B, steps), targets.reshape(B, steps)))
        start = stop
    return batches
