# misconception: it walks along the batch and takes it for time
# loses: unroll_test unroll_state_hidden unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    x, hs = x.transpose(0, 1).reshape(x.shape), []
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
