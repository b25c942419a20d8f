# misconception: on the second half the best cell of that half is scored
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    half = len(feature) // 2
    selected = correlations(activations[:half], feature[:half])
    cell = int(selected.abs().argmax())
    held_out = correlations(activations[half:], feature[half:])
    return cell, float(held_out.abs().max())
