# misconception: a label is likely if its logit is above the row's mean
# loses: labels_predict_test labels_predict_hidden
# %% labels_predict
def predict_labels(logits):
    return logits > logits.mean(dim=1, keepdim=True)
