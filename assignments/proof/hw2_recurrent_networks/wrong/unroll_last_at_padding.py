# misconception: the last state is taken at padding
# loses: unroll_test unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    h, kept, hs = h0, h0, []
    for t in range(x.shape[1]):
        h = elman_step(x[:, t], h, W_x, W_h, b_h)
        kept = h if keep is None else torch.where(keep[:, t, None], h, kept)
        hs.append(kept)
    return torch.stack(hs, dim=1), h
