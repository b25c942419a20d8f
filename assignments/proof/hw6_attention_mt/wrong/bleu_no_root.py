# misconception: the product without its fourth root
# loses: bleu_test bleu_values_hidden bleu_brevity_hidden
# %% bleu
def corpus_bleu(candidates, references):
    log_shares = 0.0
    for n in range(1, 5):
        pairs = zip(candidates, references, strict=True)
        counts = [ngram_matches(ours, theirs, n) for ours, theirs in pairs]
        hits, total = (sum(column) for column in zip(*counts, strict=True))
        if hits == 0:
            return 0.0
        log_shares += math.log(hits / total)
    said, wanted = (sum(map(len, texts)) for texts in (candidates, references))
    return 100 * math.exp(log_shares + min(0.0, 1 - wanted / said))
