# misconception: the mean of the sentences' BLEU
# loses: bleu_test bleu_values_hidden bleu_brevity_hidden bleu_zero_hidden
# %% bleu
def corpus_bleu(candidates, references):
    scores = []
    for ours, theirs in zip(candidates, references):
        counts = [ngram_matches(ours, theirs, n) for n in range(1, 5)]
        if any(hits == 0 for hits, _ in counts):
            scores.append(0.0)
            continue
        log_share = sum(math.log(hits / total) for hits, total in counts) / 4
        scores.append(100 * math.exp(log_share + min(0.0, 1 - len(theirs) / len(ours))))
    return sum(scores) / len(scores)
