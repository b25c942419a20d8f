# misconception: an empty sentence gets no window, though it ends too
# loses: windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        if not sentence:
            continue
        padded = [BOS] * (M - 1) + list(sentence) + [EOS]
        for place in range(M - 1, len(padded)):
            contexts.append(padded[place - M + 1 : place])
            targets.append(padded[place])
    contexts = torch.tensor(contexts, dtype=torch.int64).reshape(-1, M - 1)
    return contexts, torch.tensor(targets, dtype=torch.int64)
