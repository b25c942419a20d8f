# variant: a power of e
# %% perplexity
import math


def perplexity(nats, tokens):
    return math.e ** (nats / tokens)
