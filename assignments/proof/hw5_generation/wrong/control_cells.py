# misconception: the cells are subtracted, not their scores
# loses: control_hidden
# %% control
def beyond_control(trained, untrained, feature):
    return float(best_cell(trained, feature)[0] - best_cell(untrained, feature)[0])
