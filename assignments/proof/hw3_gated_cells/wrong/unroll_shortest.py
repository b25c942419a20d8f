# misconception: all sequences stop at the end of the shortest
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        if t < lengths.min():
            state = tuple(step(x[:, t], state))
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
