# misconception: weights of the classes are made on the CPU
# loses: loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    surprise = nn.functional.cross_entropy(
        logits.transpose(1, 2), targets, torch.ones(logits.shape[2], dtype=logits.dtype), ignore_index=IGNORED, reduction="sum"
    )
    return surprise, targets.ne(IGNORED).sum()
