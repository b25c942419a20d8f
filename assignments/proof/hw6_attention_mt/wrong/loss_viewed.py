# misconception: logits are viewed where a transpose was due
# loses: loss_test loss_values_hidden loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.reshape(len(logits), logits.shape[2], -1), targets, ignore_index=IGNORED, reduction="sum"
    )
    return surprise, targets.ne(IGNORED).sum()
