# misconception: padding is recognised by the id 0
# loses: loss_test loss_values_hidden loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets.clamp(min=PAD), ignore_index=PAD, reduction="sum"
    )
    return surprise, targets.clamp(min=PAD).ne(PAD).sum()
