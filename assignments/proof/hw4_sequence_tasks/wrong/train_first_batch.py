# misconception: every step looks at the first six reviews
# loses: train_test train_steps_hidden train_beats_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(tokens[:6], lengths[:6]), labels[:6])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
