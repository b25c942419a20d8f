# misconception: windows cross the ends of sentences: one long text
# loses: windows_sentences_hidden
# %% windows
def make_windows(sentences, M):
    text = [BOS] * (M - 1)
    for sentence in sentences:
        text += list(sentence) + [EOS]
    contexts = [text[t - M + 1 : t] for t in range(M - 1, len(text))]
    return torch.tensor(contexts), torch.tensor(text[M - 1 :])
