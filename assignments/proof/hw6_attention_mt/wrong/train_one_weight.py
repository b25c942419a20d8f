# misconception: the optimiser knows one weight alone
# loses: train_test train_fresh_hidden train_bleu_hidden
# %% train
def train_translator(model, batches):
    adam, curve = torch.optim.Adam(list(model.parameters())[:1], lr=0.01), []
    for source, keep, tokens, targets in batches:
        nats, count = translation_loss(model(source, keep, tokens)[0], targets)
        per_word = nats / count
        adam.zero_grad()
        per_word.backward()
        adam.step()
        curve.append(per_word.item())
    return curve
