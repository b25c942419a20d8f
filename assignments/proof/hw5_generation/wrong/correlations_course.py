# misconception: the course's own probe
# loses: correlations_test correlations_values_hidden correlations_arguments_hidden
# %% correlations
def correlations(activations, feature):
    from course_lib import cell_probe

    return cell_probe.correlations(activations, feature)
