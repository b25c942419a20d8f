# misconception: the cell is selected on all moments
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations, feature)
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(selected[cell].sign() * held_out[cell])
