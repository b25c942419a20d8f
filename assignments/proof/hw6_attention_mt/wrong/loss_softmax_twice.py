# misconception: probabilities go into a loss that wants logits
# loses: loss_test loss_values_hidden loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.softmax(dim=2).transpose(1, 2), targets, ignore_index=IGNORED, reduction="sum"
    )
    return surprise, targets.ne(IGNORED).sum()
