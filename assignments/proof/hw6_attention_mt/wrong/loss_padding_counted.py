# misconception: padding is a target like any other
# loses: loss_test loss_values_hidden loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets.clamp(min=PAD), reduction="sum"
    )
    return surprise, targets.ne(IGNORED).sum()
