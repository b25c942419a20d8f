# misconception: the list of words is kept between calls
# loses: sentence_test sentence_chain_hidden sentence_limit_hidden sentence_chances_hidden
# %% sentence
def sample_sentence(log_probs, max_length, words=[]):
    latest, start = BOS, len(words)
    while len(words) - start < max_length:
        latest = int(sample(log_probs[latest].unsqueeze(0)))
        if latest == EOS:
            break
        words.append(latest)
    return words
