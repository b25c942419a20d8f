# variant: shuffled rounds, clipping, and a learning rate that falls
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.03)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, steps)
    losses, queue = [], []
    while len(losses) < steps:
        queue = queue or list(torch.randperm(len(tokens)).split(32))
        rows = queue.pop().to(tokens.device)
        loss = nn.CrossEntropyLoss()(model(tokens[rows], lengths[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
    return losses
