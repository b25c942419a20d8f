# variant: f times h_prev by addcmul, products by F.linear
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    f = torch.sigmoid(nn.functional.linear(x, W_fx, b_f) + nn.functional.linear(h_prev, W_fh))
    return torch.addcmul(nn.functional.linear(x, W_x, b).tanh(), h_prev, f)
