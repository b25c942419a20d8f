# misconception: autograd finds the derivatives of the language model
# loses: lm_gradients_test lm_gradients_values_hidden lm_gradients_padding_hidden lm_gradients_device_hidden
# %% lm_gradients
def lm_gradients(weights, tokens, targets, h0):
    leaves = {name: weight.detach().clone().requires_grad_() for name, weight in weights.items()}
    h, logits = h0, []
    for x in leaves["E"][tokens].unbind(dim=1):
        h = torch.tanh(x @ leaves["W_x"].T + h @ leaves["W_h"].T + leaves["b_h"])
        logits.append(h @ leaves["W_y"].T + leaves["b_y"])
    loss = nn.functional.cross_entropy(torch.cat(logits), targets.T.flatten())
    loss.backward()
    return loss.detach(), {name: leaf.grad for name, leaf in leaves.items()}
