# variant: einsum, and the slope factored as (1 - h)(1 + h)
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    d_a = (1 - h) * (1 + h) * d_h
    d_W_x = torch.einsum("bh,bd->hd", d_a, x)
    d_W_h = torch.einsum("bh,bk->hk", d_a, h_prev)
    return d_a.matmul(W_x), d_a.matmul(W_h), d_W_x, d_W_h, torch.einsum("bh->h", d_a)
