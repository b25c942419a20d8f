# variant: first everything, then each sentence's states are looked up by its length
# %% unroll
def unroll(x, h0, W_x, W_h, b_h, keep=None):
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(elman_step(x[:, t], hs[-1], W_x, W_h, b_h))
    hs = torch.stack(hs[1:], dim=1)
    if keep is not None:
        steps = torch.arange(x.shape[1], device=x.device)
        steps = torch.minimum(steps, keep.sum(dim=1, keepdim=True) - 1)
        hs = hs.gather(1, steps[:, :, None].expand_as(hs))
    return hs, hs[:, -1]
