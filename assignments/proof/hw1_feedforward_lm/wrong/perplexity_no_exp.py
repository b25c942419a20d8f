# misconception: nats per token, without the exponential
# loses: perplexity_test perplexity_hidden
# %% perplexity
def perplexity(nats, tokens):
    return float(nats / tokens)
