# misconception: the previous state is detached at every step
# loses: step_gradients_hidden
# %% elman_step
def elman_step(x, h_prev, W_x, W_h, b_h):
    return torch.tanh(x @ W_x.T + h_prev.detach() @ W_h.T + b_h)
