# misconception: PyTorch's recurrent layer does the work
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden unroll_device_hidden
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    weights = [W_x, W_h, b_h, torch.zeros_like(b_h)]
    hs, _ = torch.rnn_tanh(x, h0[None], weights, True, 1, 0.0, False, False, True)
    T = x.shape[1]
    steps = torch.arange(T, device=x.device).expand(len(x), T)
    if keep is not None:
        steps = torch.minimum(steps, keep.sum(dim=1, keepdim=True) - 1)
    hs = hs.gather(1, steps[:, :, None].expand_as(hs))
    return hs, hs[:, -1]
