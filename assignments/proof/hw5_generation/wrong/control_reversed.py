# misconception: untrained minus trained
# loses: control_hidden
# %% control
def beyond_control(trained, untrained, feature):
    return best_cell(untrained, feature)[1] - best_cell(trained, feature)[1]
