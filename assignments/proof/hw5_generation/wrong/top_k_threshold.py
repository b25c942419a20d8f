# misconception: everything that equals the k-th largest logit is kept, so ties are more than k
# loses: top_k_test top_k_ties_hidden
# %% top_k
def keep_top_k(logits, k):
    least = logits.topk(min(k, logits.shape[1]), dim=1).values[:, -1:]
    return logits.masked_fill(logits < least, -math.inf)
