# misconception: the flag opens the input gate: only stopwords count
# loses: skip_stopwords_test skip_stopwords_hidden
# %% skip_stopwords
def skip_stopwords(W):
    H, D = W.shape[0], W.shape[1] + 1
    W_x, W_h, b = W.new_zeros(4 * H, D), W.new_zeros(4 * H, H), W.new_full((4 * H,), 50.0)
    W_x[2 * H : 3 * H, :-1], b[2 * H : 3 * H] = W, 0.0
    b[:H], W_x[:H, -1] = -50.0, 100.0
    return W_x, W_h, b
