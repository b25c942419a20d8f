# misconception: the caller's sentences are edited in place
# loses: windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        sentence.append(EOS)
        padded = [BOS] * (M - 1) + list(sentence)
        for t in range(M - 1, len(padded)):
            contexts.append(padded[t - M + 1 : t])
            targets.append(padded[t])
    contexts = torch.tensor(contexts, dtype=torch.int64).reshape(-1, M - 1)
    return contexts, torch.tensor(targets, dtype=torch.int64)
