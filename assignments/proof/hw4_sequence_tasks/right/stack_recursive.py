# variant: the layers above are the stack of what is left
# %% stack
def stack(layers, x, h0, lengths):
    hs, end = bidirectional(*layers[0], x, h0[:2].unbind(), lengths)
    H = h0.shape[2]
    last = torch.stack([end[:, :H], end[:, H:]])
    if len(layers) == 1:
        return hs, last
    hs, above = stack(layers[1:], hs, h0[2:], lengths)
    return hs, torch.cat([last, above])
