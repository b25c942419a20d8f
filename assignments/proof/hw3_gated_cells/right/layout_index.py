# variant: an index for the order and a column of signs
# %% layout
def as_pytorch(stacked):
    H = len(stacked) // 3
    order = [*range(H, 2 * H), *range(H), *range(2 * H, 3 * H)]
    theirs = stacked[order].clone()
    theirs[H : 2 * H] *= -1
    return theirs
