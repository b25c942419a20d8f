# misconception: the state is detached at every step: no gradient through time
# loses: unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    h, hs = h0, []
    for t in range(x.shape[1]):
        new = elman_step(x[:, t], h.detach(), W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs.append(h)
    return torch.stack(hs, dim=1), h
