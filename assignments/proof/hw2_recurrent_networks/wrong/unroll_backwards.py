# misconception: time runs from the last word to the first
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    h, hs = h0, []
    for t in reversed(range(x.shape[1])):
        new = elman_step(x[:, t], h, W_x, W_h, b_h)
        h = new if keep is None else torch.where(keep[:, t, None], new, h)
        hs.append(h)
    return torch.stack(hs[::-1], dim=1), h
