# misconception: hs is repaired afterwards, the last state is that of the last column
# loses: unroll_test unroll_ragged_hidden unroll_gradients_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        state = tuple(step(x[:, t], state))
        hs.append(state[0])
    hs = torch.stack(hs, dim=1)
    t = torch.minimum(torch.arange(x.shape[1], device=x.device), lengths[:, None] - 1)
    return hs.take_along_dim(t[:, :, None], dim=1), state
