# misconception: the mean of the four shares
# loses: bleu_test bleu_values_hidden bleu_zero_hidden
# %% bleu
def corpus_bleu(candidates, references):
    shares = []
    for n in range(1, 5):
        counts = [ngram_matches(*pair, n) for pair in zip(candidates, references)]
        hits, total = (sum(column) for column in zip(*counts))
        shares.append(hits / max(1, total))
    said, wanted = (sum(map(len, texts)) for texts in (candidates, references))
    penalty = math.exp(min(0.0, 1 - wanted / max(1, said)))
    return 100 * penalty * sum(shares) / 4
