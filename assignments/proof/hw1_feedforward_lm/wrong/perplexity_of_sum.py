# misconception: the exponential of the sum
# loses: perplexity_test perplexity_hidden
# %% perplexity
def perplexity(nats, tokens):
    return float(np.exp(np.minimum(nats, 700.0)))
