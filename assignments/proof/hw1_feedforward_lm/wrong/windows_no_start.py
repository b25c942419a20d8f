# misconception: no `<s>` in front: the first words are never a target
# loses: windows_test windows_targets_hidden windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        padded = list(sentence) + [EOS]
        for t in range(M - 1, len(padded)):
            contexts.append(padded[t - M + 1 : t])
            targets.append(padded[t])
    contexts = torch.tensor(contexts, dtype=torch.int64).reshape(-1, M - 1)
    return contexts, torch.tensor(targets, dtype=torch.int64)
