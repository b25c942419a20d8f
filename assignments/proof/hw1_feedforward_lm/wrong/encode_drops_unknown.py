# misconception: unknown words are left out
# loses: encode_test encode_hidden
# %% encode
def encode(words, vocabulary):
    return [vocabulary[word] for word in words if word in vocabulary]


def prepare(train, test, min_count=1):
    vocabulary = build_vocabulary(train, min_count)
    train_ids = [encode(sentence, vocabulary) for sentence in train]
    return vocabulary, train_ids, [encode(sentence, vocabulary) for sentence in test]
