# misconception: c is detached at each step, h is not
# loses: unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        state = (state[0], *(part.detach() for part in state[1:]))
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
