# variant: runs on over padding, then zeroes it and picks each row's state by gather
# %% unroll
def unroll(cell, x, h0, lengths):
    state, told = h0, []
    for x_t in x.unbind(1):
        state = cell(x_t, state)
        told.append(state)
    hs = torch.stack(told, dim=1)
    index = (lengths - 1)[:, None, None].expand(-1, 1, hs.shape[2])
    real = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
    return hs.masked_fill(~real[:, :, None], 0.0), hs.gather(1, index).squeeze(1)
