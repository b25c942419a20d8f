# variant: subtracts what is forgotten, 1 - f = sigmoid(-a), products by einsum
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    a = torch.einsum("bd,hd->bh", x, W_fx) + torch.einsum("bk,hk->bh", h_prev, W_fh) + b_f
    return h_prev - torch.sigmoid(-a) * h_prev + torch.einsum("bd,hd->bh", x, W_x).add(b).tanh()
