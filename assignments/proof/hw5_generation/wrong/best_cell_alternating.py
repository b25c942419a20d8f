# misconception: even and odd moments instead of halves: neighbours are nearly the same
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations[::2], feature[::2])
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[1::2], feature[1::2])
    return cell, float(selected[cell].sign() * held_out[cell])
