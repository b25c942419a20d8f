# variant: Python lists until the end
# %% streams
def make_streams(ids, B, T):
    words = ids.tolist()
    n = (len(words) - 1) // B
    batches = []
    for start in range(0, n, T):
        steps = range(start, min(start + T, n))
        tokens = [[words[b * n + t] for t in steps] for b in range(B)]
        targets = [[words[b * n + t + 1] for t in steps] for b in range(B)]
        like = {"dtype": ids.dtype, "device": ids.device}
        batches.append((torch.tensor(tokens, **like), torch.tensor(targets, **like)))
    return batches
