# misconception: only the input is set to zero at padding: W_h and the bias run on
# loses: unroll_test unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    x = x if keep is None else x * keep[:, :, None]
    h, hs = h0, []
    for t in range(x.shape[1]):
        h = elman_step(x[:, t], h, W_x, W_h, b_h)
        hs.append(h)
    return torch.stack(hs, dim=1), h
