# misconception: `or UNK`: the id 0 counts as unknown
# loses: encode_hidden
# %% encode
def encode(words, vocabulary):
    return [vocabulary.get(word) or UNK for word in words]


def prepare(train, test, min_count=1):
    vocabulary = build_vocabulary(train, min_count)
    train_ids = [encode(sentence, vocabulary) for sentence in train]
    return vocabulary, train_ids, [encode(sentence, vocabulary) for sentence in test]
