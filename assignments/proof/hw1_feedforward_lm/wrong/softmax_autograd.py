# misconception: autograd finds the derivative of the loss
# loses: softmax_backward_hidden
# %% softmax_backward
def softmax_backward(logits, targets):
    z = torch.tensor(logits, requires_grad=True)
    nn.functional.cross_entropy(z, torch.tensor(targets)).backward()
    return z.grad.numpy()
