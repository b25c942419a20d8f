# variant: a mask of numbers mixes the old state and the new one
# %% unroll
def unroll(cell, x, h0, lengths):
    steps = torch.arange(x.size(1), device=x.device)
    mask = (steps[None] < lengths[:, None]).to(x.dtype).unsqueeze(-1)
    state, told = h0, []
    for t in steps.tolist() if x.device.type != "meta" else range(x.size(1)):
        m = mask[:, t]
        state = m * cell(x[:, t], state) + (1 - m) * state
        told.append(m * state)
    return torch.stack(told, 1), state
