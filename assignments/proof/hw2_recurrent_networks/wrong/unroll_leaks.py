# misconception: the last state is remembered and starts the next call
# loses: unroll_test unroll_values_hidden unroll_keep_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None, memory={}):
    h, hs = memory.get((h0.shape, h0.dtype, h0.device), h0), []
    for t in range(x.shape[1]):
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs.append(h)
    memory[h0.shape, h0.dtype, h0.device] = h.detach()
    return torch.stack(hs, dim=1), h
