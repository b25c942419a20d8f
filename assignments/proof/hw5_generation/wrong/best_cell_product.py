# misconception: the two correlations are multiplied
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations[:half], feature[:half])
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(selected[cell] * held_out[cell])
