# misconception: possible links are ignored
# loses: aer_test aer_hidden
# %% aer
def alignment_error_rate(links, sure, possible):
    right = size = 0
    for ours, surely, maybe in zip(links, sure, possible, strict=True):
        right += len(ours & surely) + len(ours & surely)
        size += len(ours) + len(surely)
    return 1 - right / size if size else 0.0
