# variant: PyTorch's loss with logits; probabilities compared with 1/2
# %% labels_loss
def multi_label_loss(logits, labels):
    bce = nn.functional.binary_cross_entropy_with_logits
    return bce(logits, labels, reduction="sum") / len(logits)
# %% labels_predict
def predict_labels(logits):
    return torch.sigmoid(logits) > 0.5
