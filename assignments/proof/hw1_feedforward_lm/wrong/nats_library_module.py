# misconception: PyTorch's loss module, made outside the function
# loses: mean_nats_test
# %% mean_nats
criterion = nn.CrossEntropyLoss()


def mean_nats(logits, targets):
    return criterion(logits, targets)
