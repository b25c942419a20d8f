# misconception: one-hot rows are taken from a unit matrix on the CPU
# loses: tagging_arguments_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = (targets != PADDING).to(logits.dtype)
    tags = torch.arange(logits.shape[2]).expand(logits.shape)
    hot = (tags == targets[:, :, None]).to(logits.dtype)
    total = -(logits.log_softmax(dim=2) * hot).sum()
    return total, total / real.sum()
