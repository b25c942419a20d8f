# variant: a for loop over the places of the sentence
# %% sentence
def sample_sentence(log_probs, max_length):
    words = []
    for _ in range(max_length):
        row = log_probs[words[-1] if words else BOS]
        word = sample(row.view(1, -1)).item()
        if word == EOS:
            return words
        words = words + [word]
    return words
