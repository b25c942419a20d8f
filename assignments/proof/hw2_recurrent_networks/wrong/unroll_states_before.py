# misconception: the states before each step instead of after it
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    h, hs = h0, []
    for t in range(x.shape[1]):
        hs.append(h)
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
    return torch.stack(hs, dim=1), h
