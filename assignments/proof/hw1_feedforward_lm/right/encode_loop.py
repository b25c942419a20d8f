# variant: a loop with if and else
# %% encode
def encode(words, vocabulary):
    ids = []
    for word in words:
        if word in vocabulary:
            ids.append(vocabulary[word])
        else:
            ids.append(vocabulary["<unk>"])
    return ids


def prepare(train, test, min_count=1):
    vocabulary = build_vocabulary(train, min_count=min_count)

    def ids(sentences):
        return [encode(sentence, vocabulary) for sentence in sentences]

    return vocabulary, ids(train), ids(test)
