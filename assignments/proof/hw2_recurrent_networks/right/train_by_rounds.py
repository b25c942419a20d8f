# variant: a loop over rounds inside which the state lives; detached right after the step
# %% train
def train_truncated(model, batches, steps, lr, max_norm):
    optimizer, losses = torch.optim.SGD(model.parameters(), lr), []
    while True:
        state = None
        for tokens, targets in batches:
            if len(losses) == steps:
                return losses
            optimizer.zero_grad(set_to_none=False)
            logits, state = model(tokens, state)
            state = detach(state)
            log_probs = logits.log_softmax(dim=-1)
            loss = -log_probs.gather(-1, targets.unsqueeze(-1)).mean()
            loss.backward()
            clip_gradients(list(model.parameters()), max_norm)
            optimizer.step()
            losses.append(loss.detach().item())
