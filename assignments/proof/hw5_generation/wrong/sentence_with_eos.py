# misconception: EOS is returned as a word
# loses: sentence_test sentence_chain_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], BOS
    while len(words) < max_length and latest != EOS:
        latest = int(sample(log_probs[latest].unsqueeze(0)))
        words.append(latest)
    return words
