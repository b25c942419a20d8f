# misconception: the softmax by exp and a quotient, which overflows
# loses: tagging_gradients_hidden
# %% tagging_loss
def tagging_loss(logits, targets):
    real = targets != PADDING
    p = logits.exp() / logits.exp().sum(dim=2, keepdim=True)
    chosen = p.gather(2, targets.clamp(min=0)[:, :, None])[:, :, 0].log()
    total = -torch.where(real, chosen, 0.0).sum()
    return total, total / real.sum()
