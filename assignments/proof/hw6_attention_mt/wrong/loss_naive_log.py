# misconception: the log of a softmax that has become 0
# loses: loss_arguments_hidden
# %% loss
def translation_loss(logits, targets):
    shares = logits.softmax(dim=2)[targets != IGNORED]
    surprise = -shares.gather(1, targets[targets != IGNORED][:, None]).log().sum()
    return surprise, targets.ne(IGNORED).sum()
