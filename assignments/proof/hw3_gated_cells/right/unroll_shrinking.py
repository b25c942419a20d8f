# variant: longest first, with a batch that shrinks as sequences end
# %% unroll
def unroll(step, x, state, lengths):
    order = torch.argsort(lengths, descending=True)
    back, sizes = torch.argsort(order), [int((lengths > t).sum()) for t in range(x.shape[1])]
    state, hs = tuple(part[order] for part in state), []
    for t, size in enumerate(sizes):
        if size:
            new = step(x[order[:size], t], tuple(part[:size] for part in state))
            state = tuple(torch.cat([n, s[size:]]) for n, s in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1)[back], tuple(part[back] for part in state)
