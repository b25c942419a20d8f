# misconception: the next layer reads the left direction twice
# loses: stack_test stack_values_hidden stack_last_hidden stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends, H = [], h0.shape[2]
    for k, (left, right) in enumerate(layers):
        hs, end = bidirectional(left, right, x, (h0[2 * k], h0[2 * k + 1]), lengths)
        x = torch.cat([hs[:, :, :H], hs[:, :, :H]], dim=2)
        ends += end.chunk(2, dim=1)
    return hs, torch.stack(ends)
