# misconception: the mean of the sentences' rates
# loses: aer_test aer_hidden
# %% aer
def alignment_error_rate(links, sure, possible):
    rates = []
    for ours, surely, maybe in zip(links, sure, possible):
        size = len(ours) + len(surely)
        right = len(ours & surely) + len(ours & maybe)
        rates.append(1 - right / size if size else 0.0)
    return sum(rates) / len(rates)
