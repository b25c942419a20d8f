# misconception: hs is collected in float32
# loses: unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = torch.zeros(len(x), x.shape[1], state[0].shape[1], device=x.device)
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs[:, t] = state[0]
    return hs, state
