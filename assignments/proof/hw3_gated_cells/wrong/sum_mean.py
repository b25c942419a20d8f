# misconception: a running mean: f and i are 1/2
# loses: sum_inputs_test sum_inputs_hidden
# %% sum_inputs
def sum_inputs(W):
    H, D = W.shape
    W_x, W_h, b = W.new_zeros(4 * H, D), W.new_zeros(4 * H, H), W.new_zeros(4 * H)
    b[3 * H :] = 50.0
    W_x[2 * H : 3 * H] = W
    return W_x, W_h, b
