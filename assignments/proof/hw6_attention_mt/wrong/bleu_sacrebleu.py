# misconception: sacrebleu does the counting
# loses: bleu_test
# %% bleu
def corpus_bleu(candidates, references):
    import sacrebleu

    metric = sacrebleu.BLEU(smooth_method="none", tokenize="none", force=True)
    ours, theirs = ([" ".join(map(str, text)) for text in side] for side in (candidates, references))
    return metric.corpus_score(ours, [theirs]).score
