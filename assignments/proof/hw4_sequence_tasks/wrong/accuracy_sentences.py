# misconception: a sentence is right if all its tags are
# loses: accuracy_test accuracy_hidden
# %% accuracy
def tagging_accuracy(batches):
    right = [((z.argmax(dim=2) == y) | (y < 0)).all(dim=1) for z, y in batches]
    return torch.cat(right).double().mean().item()
