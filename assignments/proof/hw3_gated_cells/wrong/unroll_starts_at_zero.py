# misconception: the given initial state is ignored
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs, state = [], tuple(torch.zeros_like(part) for part in state)
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
