# misconception: the state is multiplied by the mask: zero at padding, and so at the end
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None].to(x.dtype)
        state = tuple(alive * part for part in step(x[:, t], state))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
