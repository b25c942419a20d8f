# misconception: at padding h stays, and the cell runs on
# loses: unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        h, *rest = step(x[:, t], state)
        state = (torch.where((t < lengths)[:, None], h, state[0]), *rest)
        hs.append(state[0])
    return torch.stack(hs, dim=1), state
