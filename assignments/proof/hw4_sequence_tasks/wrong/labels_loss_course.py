# misconception: the course's own loss does the work
# loses: labels_loss_test labels_loss_hidden labels_extremes_hidden
# %% labels_loss
def multi_label_loss(logits, labels):
    from course_lib.classify import multi_label_nats

    return multi_label_nats(logits, labels)
