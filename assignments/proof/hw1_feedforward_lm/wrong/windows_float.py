# misconception: ids become floating-point numbers
# loses: windows_test
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        padded = [BOS] * (M - 1) + list(sentence) + [EOS]
        for t in range(M - 1, len(padded)):
            contexts.append(padded[t - M + 1 : t])
            targets.append(padded[t])
    contexts = torch.tensor(contexts, dtype=torch.float32).reshape(-1, M - 1)
    return contexts, torch.tensor(targets, dtype=torch.int64)
