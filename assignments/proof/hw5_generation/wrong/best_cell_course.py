# misconception: the course's own choice of a cell
# loses: best_cell_test best_cell_hidden
# %% best_cell
def best_cell(activations, feature):
    from course_lib import cell_probe

    n = 2 * (len(feature) // 2)
    found = cell_probe.best_cell(activations[:n].unflatten(0, (2, -1)), feature[:n].view(2, -1))
    return found.cell, found.r if found.chosen_with > 0 else -found.r
