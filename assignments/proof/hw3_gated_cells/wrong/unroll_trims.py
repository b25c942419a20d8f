# misconception: hs is only as long as the longest sequence of the batch
# loses: unroll_ragged_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(int(lengths.max())):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
