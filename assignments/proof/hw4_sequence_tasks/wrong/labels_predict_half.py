# misconception: logits are compared with 1/2, as if they were probabilities
# loses: labels_predict_test labels_predict_hidden
# %% labels_predict
def predict_labels(logits):
    return logits > 0.5
