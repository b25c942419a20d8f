# misconception: a ratio instead of a difference
# loses: control_hidden
# %% control
def beyond_control(trained, untrained, feature):
    return best_cell(trained, feature)[1] / best_cell(untrained, feature)[1]
