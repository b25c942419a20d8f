# misconception: f is shut, but h_prev goes on speaking through W_h
# loses: ignore_past_test ignore_past_hidden
# %% ignore_past
def ignore_the_past(W, a):
    H, D = W.shape
    W_x, W_h, b = W.new_zeros(4 * H, D), W.new_ones(4 * H, H), W.new_zeros(4 * H)
    b[:H], b[H : 2 * H], b[3 * H :] = 50.0, -50.0, 50.0
    W_x[2 * H : 3 * H], b[2 * H : 3 * H] = W, a
    return W_x, W_h, b
