# misconception: old gradients are never cleared
# loses: train_fresh_hidden train_bleu_hidden
# %% train
def train_translator(model, batches):
    adam, curve = torch.optim.Adam(model.parameters(), lr=0.01), []
    for source, keep, tokens, targets in batches:
        nats, count = translation_loss(model(source, keep, tokens)[0], targets)
        per_word = nats / count
        per_word.backward()
        adam.step()
        curve.append(per_word.item())
    return curve
