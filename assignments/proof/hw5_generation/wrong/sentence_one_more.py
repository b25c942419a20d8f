# misconception: one word more than allowed (`sample_sentence`)
# loses: sentence_test sentence_limit_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], BOS
    while len(words) <= max_length:
        latest = int(sample(log_probs[latest].unsqueeze(0)))
        if latest == EOS:
            break
        words.append(latest)
    return words
