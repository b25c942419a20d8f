# misconception: the control is left out
# loses: control_hidden
# %% control
def beyond_control(trained, untrained, feature):
    return best_cell(trained, feature)[1]
