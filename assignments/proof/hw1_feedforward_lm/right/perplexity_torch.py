# variant: torch.exp
# %% perplexity
def perplexity(nats, tokens):
    return torch.exp(torch.as_tensor(nats, dtype=torch.float64) / tokens).item()
