# variant: AdamW with a larger rate, cleared at the end
# %% train
def train_translator(model, batches):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    losses = []
    model.train()
    for source, keep, tokens, targets in batches:
        logits = model(source, keep, tokens)[0]
        real = targets != IGNORED
        loss = nn.functional.cross_entropy(logits[real], targets[real])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses
