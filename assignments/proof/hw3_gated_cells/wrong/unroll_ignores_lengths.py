# misconception: the state runs on over padding
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        state = step(x[:, t], state)
        hs.append(state[0])
    return torch.stack(hs, dim=1), tuple(state)
