# misconception: more likely than not by a softmax over the labels
# loses: labels_predict_test labels_predict_hidden
# %% labels_predict
def predict_labels(logits):
    return logits.softmax(dim=1) > 0.5
