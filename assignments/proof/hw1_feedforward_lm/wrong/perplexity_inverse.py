# misconception: the probability instead of its inverse
# loses: perplexity_test perplexity_hidden
# %% perplexity
def perplexity(nats, tokens):
    return float(np.exp(-nats / tokens))
