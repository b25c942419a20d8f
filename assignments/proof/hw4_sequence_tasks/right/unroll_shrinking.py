# variant: sorted by length, and at each step only the rows that go on are asked
# %% unroll
def unroll(cell, x, h0, lengths):
    order = lengths.argsort(descending=True)
    back, sizes = order.argsort(), lengths[order]
    x, state, told = x[order], h0[order], []
    for t in range(x.shape[1]):
        n = int((sizes > t).sum())
        new = cell(x[:n, t], state[:n]) if n else state[:0]
        state = torch.cat([new, state[n:]])
        told.append(torch.cat([new, torch.zeros_like(state[n:])]))
    return torch.stack(told, dim=1)[back], state[back]
