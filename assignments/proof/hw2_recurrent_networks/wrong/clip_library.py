# misconception: PyTorch's clip_grad_norm_
# loses: clip_test clip_values_hidden clip_small_hidden clip_iterable_hidden
# %% clip
def clip_gradients(parameters, max_norm):
    return float(nn.utils.clip_grad_norm_(parameters, max_norm))
