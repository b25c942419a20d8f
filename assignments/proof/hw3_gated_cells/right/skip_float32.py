# variant: made in float32 and converted at the end; the flag opens f even more
# %% skip_stopwords
def skip_stopwords(W):
    H, D = W.shape
    W_x, W_h, b = torch.zeros(4 * H, D + 1), torch.zeros(4 * H, H), torch.full((4 * H,), 30.0)
    W_x[2 * H : 3 * H, :D], b[2 * H : 3 * H] = W.float(), 0.0
    W_x[:H, D] = -80.0
    W_x[H : 2 * H, D] = 15.0
    return W_x.to(W), W_h.to(W), b.to(W)
