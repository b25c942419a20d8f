# misconception: every step starts from the initial state
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs, last = [], state
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        last = tuple(torch.where(alive, *pair) for pair in zip(new, last, strict=True))
        hs.append(last[0])
    return torch.stack(hs, dim=1), last
