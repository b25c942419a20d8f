# misconception: the untrained network is judged by the cell that was best in the trained one
# loses: control_hidden
# %% control
def beyond_control(trained, untrained, feature):
    half = len(feature) // 2
    cell, score = best_cell(trained, feature)
    cell = min(cell, untrained.shape[1] - 1)
    lucky = correlations(untrained[half:], feature[half:])[cell]
    return score - float(lucky)
