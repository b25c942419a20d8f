# variant: a table of places in the text
# %% streams
def make_streams(ids, B, T):
    n = (ids.numel() - 1) // B
    batches = []
    for t in range(0, n, T):
        steps = torch.arange(t, min(t + T, n), device=ids.device)
        places = n * torch.arange(B, device=ids.device)[:, None] + steps
        batches.append((ids[places], ids[places + 1]))
    return batches
