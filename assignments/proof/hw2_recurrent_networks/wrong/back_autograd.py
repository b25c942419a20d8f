# misconception: autograd finds the derivatives of a step
# loses: step_backward_test step_backward_inputs_hidden step_backward_weights_hidden step_backward_device_hidden
# %% step_backward
def elman_step_backward(d_h, x, h_prev, h, W_x, W_h):
    b_h = torch.atanh(h) - x @ W_x.T - h_prev @ W_h.T
    leaves = [t.clone().requires_grad_() for t in (x, h_prev, W_x, W_h, b_h)]
    new = torch.tanh(leaves[0] @ leaves[2].T + leaves[1] @ leaves[3].T + leaves[4])
    *grads, d_b_h = torch.autograd.grad(new, leaves, d_h)
    return *grads, d_b_h.sum(dim=0)
