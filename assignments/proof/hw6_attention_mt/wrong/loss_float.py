# misconception: nats are cast to float32
# loses: loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets, ignore_index=IGNORED, reduction="sum"
    )
    return surprise.float(), targets.ne(IGNORED).sum()
