# variant: two logs of sigmoids, a loop over the labels
# %% labels_loss
def multi_label_loss(logits, labels):
    log = nn.functional.logsigmoid
    total = 0.0
    for z, y in zip(logits.unbind(1), labels.unbind(1), strict=True):
        total = total - (y * log(z) + (1 - y) * log(-z))
    return total.mean()
