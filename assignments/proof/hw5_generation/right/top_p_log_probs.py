# variant: returns normalised log-probabilities of what is kept
# %% top_p
def keep_top_p(logits, p):
    values, order = logits.sort(dim=1, descending=True, stable=True)
    chances = torch.softmax(values, dim=1)
    cut = torch.cat([0 * chances[:, :1] - 1, chances.cumsum(1)[:, :-1]], dim=1) >= p
    values = values.masked_fill(cut, -math.inf).log_softmax(dim=1)
    return torch.empty_like(logits).scatter(1, order, values)
