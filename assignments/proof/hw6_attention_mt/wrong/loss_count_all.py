# misconception: padding is counted
# loses: loss_test loss_values_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets, ignore_index=IGNORED, reduction="sum"
    )
    return surprise, targets.numel()
