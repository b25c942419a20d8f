# misconception: h_prev speaks to the candidate, so the order counts
# loses: sum_inputs_test sum_inputs_hidden
# %% sum_inputs
def sum_inputs(W):
    H, D = W.shape
    W_x, W_h, b = W.new_zeros(4 * H, D), W.new_zeros(4 * H, H), W.new_full((4 * H,), 50.0)
    W_x[2 * H : 3 * H], b[2 * H : 3 * H] = W, 0.0
    W_h[2 * H : 3 * H] = torch.eye(H)
    return W_x, W_h, b
