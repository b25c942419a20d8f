# misconception: the likeliest word each time
# loses: sentence_chances_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], BOS
    while len(words) < max_length:
        latest = int(log_probs[latest].argmax())
        if latest == EOS:
            break
        words.append(latest)
    return words
