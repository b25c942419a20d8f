# misconception: the mean times the number, which is not a number if there is none
# loses: loss_values_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets, ignore_index=IGNORED, reduction="mean"
    ) * targets.ne(IGNORED).sum()
    return surprise, targets.ne(IGNORED).sum()
