# misconception: the size of the correlation on the second half, whatever its direction
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations[:half], feature[:half])
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(held_out[cell].abs())
