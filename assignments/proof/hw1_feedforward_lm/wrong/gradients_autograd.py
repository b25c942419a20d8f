# misconception: autograd walks back instead
# loses: gradients_hidden
# %% gradients
def gradients(weights, contexts, targets):
    leaves = {name: torch.tensor(w, requires_grad=True) for name, w in weights.items()}
    x = leaves["E"][torch.tensor(contexts)].flatten(1)
    h = torch.relu(x @ leaves["W_x"].T + leaves["b_h"])
    logits = h @ leaves["W_y"].T + leaves["b_y"]
    loss = nn.functional.cross_entropy(logits, torch.tensor(targets))
    loss.backward()
    return loss.item(), {name: leaf.grad.numpy() for name, leaf in leaves.items()}
