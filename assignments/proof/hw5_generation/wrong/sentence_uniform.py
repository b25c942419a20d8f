# misconception: any word that is possible is as good as any other; EOS alone keeps its probability
# loses: sentence_chances_hidden
# %% sentence
def sample_sentence(log_probs, max_length):
    words, latest = [], BOS
    while len(words) < max_length:
        row = torch.where(log_probs[latest] > -1000, 0.0, -1e4)
        row[EOS] = log_probs[latest, EOS]
        latest = int(sample(row.unsqueeze(0)))
        if latest == EOS:
            break
        words.append(latest)
    return words
