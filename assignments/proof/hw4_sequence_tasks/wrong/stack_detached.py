# misconception: the layers are trained one by one, so the graph is cut between them
# loses: stack_gradients_hidden
# %% stack
def stack(layers, x, h0, lengths):
    ends = []
    for k, (left, right) in enumerate(layers):
        x, end = bidirectional(left, right, x.detach(), (h0[2 * k], h0[2 * k + 1]), lengths)
        ends += end.chunk(2, dim=1)
    return x, torch.stack(ends)
