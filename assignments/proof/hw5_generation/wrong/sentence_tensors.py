# misconception: words are tensors, not ints
# loses: sentence_test
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], torch.tensor(BOS)
    while len(words) < max_length:
        latest = sample(log_probs[latest].unsqueeze(0))[0]
        if latest == EOS:
            break
        words.append(latest)
    return words
