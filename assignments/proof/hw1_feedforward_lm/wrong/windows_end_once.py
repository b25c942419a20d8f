# misconception: `</s>` only after the last sentence
# loses: windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for i, sentence in enumerate(sentences):
        padded = [BOS] * (M - 1) + list(sentence)
        if i == len(sentences) - 1:
            padded = padded + [EOS]
        for t in range(M - 1, len(padded)):
            contexts.append(padded[t - M + 1 : t])
            targets.append(padded[t])
    return torch.tensor(contexts), torch.tensor(targets)
