# misconception: (T, B, H) is `reshape`d to (B, T, H), which mixes sequences
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs).reshape(len(x), x.shape[1], -1), state
