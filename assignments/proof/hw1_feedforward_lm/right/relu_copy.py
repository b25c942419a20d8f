# variant: a copy with zeros assigned
# %% relu_backward
def relu_backward(d_h, a):
    d_a = np.array(d_h)
    d_a[a <= 0] = 0
    return d_a
