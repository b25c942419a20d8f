# misconception: the mask is inverted: only padding changes the state
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        padding = (t >= lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(padding, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
