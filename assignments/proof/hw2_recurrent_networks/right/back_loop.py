# variant: a loop over the batch with outer products
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_x, d_h_prev = torch.empty_like(x), torch.empty_like(h_prev)
    d_W_x, d_W_h, d_b_h = torch.zeros_like(W_x), torch.zeros_like(W_h), torch.zeros_like(W_h[0])
    for b in range(len(x)):
        d_a = d_h[b] - d_h[b] * h[b] * h[b]
        d_x[b], d_h_prev[b] = W_x.T @ d_a, W_h.T @ d_a
        d_W_x += torch.outer(d_a, x[b])
        d_W_h += torch.outer(d_a, h_prev[b])
        d_b_h += d_a
    return [d_x, d_h_prev, d_W_x, d_W_h, d_b_h]
