# variant: each sequence alone, as long as it is
# %% unroll
def unroll(step, x, state, lengths):
    all_hs, lasts = [], []
    for b, length in enumerate(lengths.tolist()):
        own = tuple(part[b : b + 1] for part in state)
        hs = []
        for t in range(x.shape[1]):
            if t < length:
                own = tuple(step(x[b : b + 1, t], own))
            hs.append(own[0])
        all_hs.append(torch.stack(hs, dim=1))
        lasts.append(own)
    return torch.cat(all_hs), tuple(torch.cat(parts) for parts in zip(*lasts, strict=True))
