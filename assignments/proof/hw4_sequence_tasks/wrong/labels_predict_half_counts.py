# misconception: p = 1/2 counts as more likely than not
# loses: labels_predict_hidden
# %% labels_predict
def predict_labels(logits):
    return torch.sigmoid(logits) >= 0.5
