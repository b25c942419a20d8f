# misconception: time and batch are swapped by `view` where a transpose was due
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    B, T, _ = x.shape
    h, hs = h0, []
    for t in range(T):
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs.append(h)
    return torch.stack(hs).view(B, T, -1), h
