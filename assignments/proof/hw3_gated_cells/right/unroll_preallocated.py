# variant: hs is filled into a new tensor; the mask multiplies
# %% unroll
def unroll(step, x, state, lengths):
    B, T = x.shape[:2]
    hs = state[0].new_zeros(B, T, state[0].shape[1])
    keep = torch.arange(T, device=x.device) < lengths.unsqueeze(1)
    for t in range(T):
        now = keep[:, t : t + 1].to(x.dtype)
        new = step(x[:, t], state)
        state = tuple(now * n + (1 - now) * s for n, s in zip(new, state, strict=True))
        hs[:, t] = state[0]
    return hs, state
