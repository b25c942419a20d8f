# variant: a context that moves along, in NumPy at the end
# %% windows
def make_windows(sentences, M):
    contexts, targets = [], []
    for sentence in sentences:
        context = (BOS,) * (M - 1)
        for word in [*sentence, EOS]:
            contexts.append(context)
            targets.append(word)
            context = (*context, word)[1:]
    return torch.from_numpy(np.array(contexts)), torch.LongTensor(targets)
