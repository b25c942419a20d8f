# misconception: M is counted without the target: contexts have M words
# loses: windows_test windows_targets_hidden windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        padded = [BOS] * M + list(sentence) + [EOS]
        for t in range(M, len(padded)):
            contexts.append(padded[t - M : t])
            targets.append(padded[t])
    contexts = torch.tensor(contexts, dtype=torch.int64).reshape(-1, M)
    return contexts, torch.tensor(targets, dtype=torch.int64)
