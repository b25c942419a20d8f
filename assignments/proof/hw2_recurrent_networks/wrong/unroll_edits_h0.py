# misconception: h0 is overwritten step by step
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden unroll_device_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    hs = []
    for t in range(x.shape[1]):
        new = elman_step(x[:, t], h0.clone(), W_x, W_h, b_h)
        new = new if keep is None else torch.where(keep[:, t, None], new, h0)
        h0.copy_(new)
        hs.append(new)
    return torch.stack(hs, dim=1), new
