# misconception: the state of the last call is the first state of the next one
# loses: unroll_state_hidden unroll_ragged_hidden unroll_arguments_hidden
# %% unroll
memory = {}


def unroll(cell, x, h0, lengths):
    state, told = memory.get(h0.shape, h0), []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    memory[h0.shape] = state.detach()
    return torch.stack(told, dim=1), state
