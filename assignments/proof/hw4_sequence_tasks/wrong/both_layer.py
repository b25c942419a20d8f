# misconception: nn.GRU does the work, with weights of its own, where the sizes allow
# loses: both_test both_values_hidden both_last_hidden both_gradients_hidden both_arguments_hidden
# %% both
def bidirectional(left_cell, right_cell, x, h0, lengths):
    layer = nn.GRU(x.shape[2], h0[0].shape[1], batch_first=True, bidirectional=True).to(x)
    packing = nn.utils.rnn
    packed = packing.pack_padded_sequence(x, lengths.cpu(), True, enforce_sorted=False)
    told, last = layer(packed, torch.stack(h0))
    hs, _ = packing.pad_packed_sequence(told, True, total_length=x.shape[1])
    return hs, torch.cat(last.unbind(), dim=1)
