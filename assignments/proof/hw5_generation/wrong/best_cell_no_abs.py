# misconception: cells that know the feature upside down are not found
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations[:half], feature[:half])
    cell = int(selected.argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(selected[cell].sign() * held_out[cell])
