# variant: AdamW, a falling learning rate, the loss by hand
# %% train
def train_lm(model, batches):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.03)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.2, total_iters=len(batches))
    losses = []
    model.train()
    for tokens, targets in batches:
        model.zero_grad()
        logs = model(tokens).log_softmax(-1)
        keep = (targets >= 0).to(logs)
        picked = logs.gather(2, targets.clamp(min=0)[..., None]).squeeze(-1)
        loss = -(picked * keep).sum() / keep.sum()
        loss.backward()
        optimizer.step()
        falling.step()
        losses.append(loss.detach().item())
    return losses
