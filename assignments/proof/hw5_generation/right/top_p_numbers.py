# variant: how many tokens are needed, then ranks below that number
# %% top_p
def keep_top_p(logits, p):
    chances, order = torch.sort(logits.softmax(-1), dim=-1, descending=True, stable=True)
    needed = 1 + (chances.cumsum(-1) < p).sum(-1, keepdim=True)
    ranks = torch.argsort(order, dim=-1)
    return torch.where(ranks < needed, logits, -math.inf)
