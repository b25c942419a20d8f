# variant: all tokens in one flat batch
# %% evaluate
def evaluate(batches):
    V = batches[0][0].shape[-1]
    logits = torch.cat([x.reshape(1, -1, V) for x, _ in batches], dim=1)
    targets = torch.cat([y.reshape(1, -1) for _, y in batches], dim=1)
    return perplexity(*total_nats(logits, targets))
