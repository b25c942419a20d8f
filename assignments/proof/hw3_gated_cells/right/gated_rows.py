# variant: example by example
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    rows = []
    for x_b, h_b in zip(x, h_prev, strict=True):
        f = torch.sigmoid(W_fx @ x_b + W_fh @ h_b + b_f)
        rows.append(f * h_b + torch.tanh(W_x @ x_b + b))
    return torch.stack(rows)
