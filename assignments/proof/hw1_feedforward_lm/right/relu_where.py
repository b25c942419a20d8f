# variant: np.where
# %% relu_backward
def relu_backward(d_h, a):
    return np.where(a > 0, d_h, 0.0)
