# misconception: only h is carried on, the other parts stay at their initial values
# loses: unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs, start = [], state
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        last = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        state = (last[0], *start[1:])
        hs.append(state[0])
    return torch.stack(hs, dim=1), last
