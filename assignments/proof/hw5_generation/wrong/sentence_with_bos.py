# misconception: BOS is returned as a word
# loses: sentence_test sentence_chain_hidden sentence_limit_hidden sentence_chances_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words = [BOS]
    while len(words) <= max_length:
        latest = int(sample(log_probs[words[-1]].unsqueeze(0)))
        if latest == EOS:
            break
        words.append(latest)
    return words
