# variant: exponential clocks: the token that rings first, relative to its probability
# %% sample
def sample(logits):
    p = torch.softmax(logits, dim=1)
    return (p / torch.empty_like(p).exponential_()).argmax(dim=1)
