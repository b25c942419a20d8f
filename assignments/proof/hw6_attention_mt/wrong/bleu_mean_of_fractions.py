# misconception: each share is a mean over sentences
# loses: bleu_test bleu_values_hidden bleu_brevity_hidden bleu_zero_hidden
# %% bleu
def corpus_bleu(candidates, references):
    log_shares = 0.0
    for n in range(1, 5):
        counts = [ngram_matches(*pair, n) for pair in zip(candidates, references)]
        share = sum(hits / max(1, total) for hits, total in counts) / len(counts)
        if share == 0:
            return 0.0
        log_shares += math.log(share) / 4
    said, wanted = (sum(map(len, texts)) for texts in (candidates, references))
    return 100 * math.exp(log_shares + min(0.0, 1 - wanted / said))
