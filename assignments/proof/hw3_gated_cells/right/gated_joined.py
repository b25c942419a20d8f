# variant: both inputs of the gate side by side, and one product
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    joined = torch.cat([x, h_prev], dim=-1) @ torch.cat([W_fx, W_fh], dim=-1).mT
    kept = (joined + b_f).sigmoid() * h_prev
    return kept + (x @ W_x.mT + b).tanh()
