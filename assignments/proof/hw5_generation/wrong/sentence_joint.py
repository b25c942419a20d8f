# misconception: pairs are drawn from the whole table
# loses: sentence_test sentence_chain_hidden sentence_chances_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, V = [], log_probs.shape[1]
    while len(words) < max_length:
        pair = int(sample(log_probs.reshape(1, -1)))
        if pair % V == EOS:
            break
        words.append(pair % V)
    return words
