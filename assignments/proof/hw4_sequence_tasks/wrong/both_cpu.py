# misconception: the result is filled into a tensor on the CPU
# loses: both_arguments_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    hs = torch.zeros(*left.shape[:2], 2 * left.shape[2], dtype=left.dtype)
    hs[:, :, : left.shape[2]] = left
    hs[:, :, left.shape[2] :] = reverse(right, lengths)
    return hs, torch.cat([end, start], dim=1)
