# variant: RMSprop, clipping, a falling learning rate
# %% train
def train_translator(model, batches):
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.005)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.2, len(batches))
    losses = []
    for source, keep, tokens, targets in batches:
        model.zero_grad()
        logits, _ = model(source, keep, tokens)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        falling.step()
        losses.append(float(loss.detach()))
    return losses
