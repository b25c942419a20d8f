# misconception: the bias is added to both products
# loses: lstm_test lstm_memory_hidden lstm_output_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    from_x, from_h = nn.functional.linear(x, W_x, b), nn.functional.linear(h_prev, W_h, b)
    i, f, g, o = (from_x + from_h).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
