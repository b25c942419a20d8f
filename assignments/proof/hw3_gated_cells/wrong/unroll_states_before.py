# misconception: hs holds the state before each step
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        hs.append(state[0])
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
    return torch.stack(hs, dim=1), state
