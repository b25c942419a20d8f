# misconception: the vocabulary is built on the test text too
# loses: prepare_hidden
# %% encode
def encode(words, vocabulary):
    return [vocabulary.get(word, UNK) for word in words]


def prepare(train, test, min_count=1):
    vocabulary = build_vocabulary(train + test, min_count)
    train_ids = [encode(sentence, vocabulary) for sentence in train]
    return vocabulary, train_ids, [encode(sentence, vocabulary) for sentence in test]
