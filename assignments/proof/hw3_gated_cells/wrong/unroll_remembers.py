# misconception: the last state is kept, and the next call starts from it
# loses: unroll_state_hidden unroll_gradients_hidden unroll_arguments_hidden
# %% unroll
kept = {}


def unroll(step, x, state, lengths):
    hs, key = [], (len(state), tuple(state[0].shape))
    state = kept.get(key, state)
    for t in range(x.shape[1]):
        alive = (t < lengths)[:, None]
        new = step(x[:, t], state)
        state = tuple(torch.where(alive, *pair) for pair in zip(new, state, strict=True))
        hs.append(state[0])
    kept[key] = tuple(part.detach() for part in state)
    return torch.stack(hs, dim=1), state
