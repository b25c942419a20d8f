# misconception: PyTorch's clip_grad_norm_
# loses: clip_test
# %% clip
def clip_gradients(parameters, max_norm):
    return float(nn.utils.clip_grad_norm_(parameters, max_norm))
