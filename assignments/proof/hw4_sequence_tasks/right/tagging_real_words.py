# variant: only the real words, picked by a mask
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets >= 0
    log_probs = logits[real].log_softmax(dim=-1)
    total = -log_probs[torch.arange(len(log_probs)), targets[real]].sum()
    return total, total / len(log_probs)
# %% accuracy
def tagging_accuracy(batches):
    hits = []
    for logits, targets in batches:
        for scores, tag in zip(logits.flatten(0, 1), targets.flatten().tolist(), strict=True):
            if tag != PADDING:
                hits.append(int(scores.argmax()) == tag)
    return sum(hits) / len(hits)
