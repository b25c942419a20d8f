# misconception: course_lib's GatedElmanCell does the work
# loses: gated_test gated_values_hidden gated_gradients_hidden gated_arguments_hidden
# %% gated
def gated_elman_step(x, h_prev, W_x, b, W_fx, W_fh, b_f):
    from course_lib.cells import GatedElmanCell

    cell = GatedElmanCell(W_x.shape[1], W_x.shape[0])
    weights = {"from_x.weight": torch.cat([W_fx, W_x]), "from_x.bias": torch.cat([b_f, b])}
    weights["from_h.weight"] = W_fh
    return torch.func.functional_call(cell, weights, (x, h_prev))
