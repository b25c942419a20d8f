# misconception: selected on the second half and scored on the first
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    activations, feature = activations.roll(-half, 0), feature.roll(-half, 0)
    half = len(feature) - half
    selected = correlations(activations[:half], feature[:half])
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(selected[cell].sign() * held_out[cell])
