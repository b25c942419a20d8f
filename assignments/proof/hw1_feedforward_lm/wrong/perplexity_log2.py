# misconception: two to the power of nats: log2 mixed with exp
# loses: perplexity_test perplexity_hidden
# %% perplexity
def perplexity(nats, tokens):
    return float(2 ** (nats / tokens))
