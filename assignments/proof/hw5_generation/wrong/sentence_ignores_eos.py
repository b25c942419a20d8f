# misconception: EOS is left out, and the sentence goes on
# loses: sentence_test sentence_chain_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], BOS
    while len(words) < max_length:
        latest = int(sample(log_probs[latest].unsqueeze(0)))
        if latest != EOS:
            words.append(latest)
    return words
