# misconception: a mean over sentences of each one's mean
# loses: train_losses_hidden
# %% train
def train_translator(model, batches):
    adam, curve = torch.optim.Adam(model.parameters(), lr=0.01), []
    for source, keep, tokens, targets in batches:
        logits, means = model(source, keep, tokens)[0], []
        for row, wanted in zip(logits, targets):
            means.append(nn.functional.cross_entropy(row, wanted, ignore_index=IGNORED))
        per_word = torch.stack(means).mean()
        adam.zero_grad()
        per_word.backward()
        adam.step()
        curve.append(per_word.item())
    return curve
