# misconception: padding is overwritten in the given targets
# loses: loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    real = targets != IGNORED
    targets[~real] = PAD
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets, reduction="none"
    )
    return torch.where(real, surprise, 0.0).sum(), real.sum()
