# misconception: the final states are converted to float32 "to save memory"
# loses: both_gradients_hidden both_arguments_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    left, end = unroll(left_cell, x, h0[0], lengths)
    right, start = unroll(right_cell, reverse(x, lengths), h0[1], lengths)
    return torch.cat([left, reverse(right, lengths)], dim=2).float(), torch.cat([end, start], dim=1)
