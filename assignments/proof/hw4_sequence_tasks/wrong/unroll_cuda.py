# misconception: everything moves to the GPU where there is one
# loses: unroll_arguments_hidden
# %% unroll
def unroll(cell, x, h0, lengths):
    if torch.cuda.is_available():
        x, h0, lengths = x.cuda(), h0.cuda(), lengths.cuda()
    state, told = h0, []
    for t in range(x.shape[1]):
        real = (t < lengths)[:, None]
        state = torch.where(real, cell(x[:, t], state), state)
        told.append(torch.where(real, state, 0.0))
    return torch.stack(told, dim=1), state
