# misconception: infinite weights for open gates, and infinity minus infinity in a sum
# loses: ignore_past_test ignore_past_hidden
# %% ignore_past
def ignore_the_past(W, a):
    H, D = W.shape
    W_x, W_h, b = W.new_zeros(4 * H, D), W.new_zeros(4 * H, H), W.new_zeros(4 * H)
    W_x[:H], W_x[H : 2 * H], W_x[3 * H :] = torch.inf, -torch.inf, torch.inf
    W_x[2 * H : 3 * H], b[2 * H : 3 * H] = W, a
    return W_x, W_h, b
