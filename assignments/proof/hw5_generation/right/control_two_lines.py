# variant: both scores by name
# %% control
def beyond_control(trained, untrained, feature):
    (_, learned), (_, lucky) = (best_cell(cells, feature) for cells in (trained, untrained))
    return learned - lucky
