# variant: inference_mode, and means weighed by their words
# %% evaluate
@torch.inference_mode()
def evaluate_streams(model, batches):
    before, state, nats = model.training, None, []
    model.eval()
    for tokens, targets in batches:
        logits, state = model(tokens, state)
        log_probs = torch.log_softmax(logits, dim=-1)
        nats.append(-log_probs.gather(-1, targets[..., None]).flatten())
    model.train(before)
    return torch.cat(nats).mean().exp().item()
