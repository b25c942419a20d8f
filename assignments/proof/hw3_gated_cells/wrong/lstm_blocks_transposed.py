# misconception: each gate's square block of W_h is used transposed, which no shape tells
# loses: lstm_memory_hidden lstm_output_hidden lstm_gradients_hidden
# %% lstm
def lstm_step(x, state, W_x, W_h, b):
    h_prev, c_prev = state
    past = torch.cat([h_prev @ block for block in W_h.chunk(4)], dim=1)
    i, f, g, o = (x @ W_x.T + past + b).chunk(4, dim=1)
    c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
