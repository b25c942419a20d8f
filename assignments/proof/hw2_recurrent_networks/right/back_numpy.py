# variant: NumPy inside
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    arrays = [t.detach().cpu().numpy() for t in (d_h, x, h_prev, h, W_x, W_h)]
    d_h_, x_, h_prev_, h_, W_x_, W_h_ = arrays
    d_a = d_h_ * (1 - h_ * h_)
    found = [d_a.dot(W_x_), d_a.dot(W_h_), d_a.T.dot(x_), d_a.T.dot(h_prev_), d_a.sum(axis=0)]
    return tuple(torch.from_numpy(value).to(d_h.device) for value in found)
