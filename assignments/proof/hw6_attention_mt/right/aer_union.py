# variant: sets of the whole corpus, each pair with its sentence
# %% aer
def alignment_error_rate(links, sure, possible):
    A, S, P = (
        {(i, *pair) for i, pairs in enumerate(side) for pair in pairs}
        for side in (links, sure, possible)
    )
    if not A and not S:
        return 0.0
    return 1 - (len(A & S) + len(A & P)) / (len(A) + len(S))
