# misconception: every step looks at the first 32 reviews
# loses: train_test train_steps_hidden
# %% train
def train_classifier(model, tokens, lengths, labels, steps):
    adam, losses = torch.optim.Adam(model.parameters(), lr=0.02), []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(tokens[:32], lengths[:32]), labels[:32])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
