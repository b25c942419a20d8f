# misconception: the given state is overwritten at each step
# loses: unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
def unroll(step, x, state, lengths):
    hs = []
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        for part, value in zip(state, new, strict=True):
            part.copy_(torch.where(alive, value, part))
        hs.append(state[0].clone())
    return torch.stack(hs, dim=1), state
