# misconception: the label with the largest logit alone is predicted
# loses: labels_predict_test labels_predict_hidden
# %% labels_predict
def predict_labels(logits):
    return logits == logits.amax(dim=1, keepdim=True)
