# variant: all states are kept, and the right one is taken afterwards
# %% unroll
def unroll(step, x, state, lengths):
    T, states = x.shape[1], []
    for x_t in x.unbind(dim=1):
        states.append(tuple(step(x_t, states[-1] if states else state)))
    parts = [torch.stack(part, dim=1) for part in zip(*states, strict=True)]
    t = torch.minimum(torch.arange(T, device=x.device), lengths[:, None] - 1)[:, :, None]
    kept = [part.gather(1, t.expand(-1, -1, part.shape[2])) for part in parts]
    return kept[0], tuple(part[:, -1] for part in kept)
