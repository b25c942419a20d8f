# misconception: the totals start as a tensor on the CPU
# loses: beam_arguments_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, totals, finished = [[]], torch.zeros(1, dtype=torch.float64), []
    for length in range(max_length):
        logits = logits.log_softmax(dim=1)
        flat = (totals[:, None] + logits).flatten()
        V = logits.shape[1]
        totals, where = flat.topk(min(beam, len(flat)))
        texts = [living[i // V] + [i % V] for i in where.tolist()]
        finished += [(w, t) for w, t in zip(texts, totals.tolist()) if w[-1] == EOS]
        on = where % V != EOS
        living = [w for w in texts if w[-1] != EOS]
        totals, where = totals[on], where[on]
        if not living:
            break
        logits, state = step(where % V, tuple(s[where // V] for s in state))
    ranked = finished + list(zip(living, totals.tolist()))
    ranked = [(w, t / len(w) ** alpha) for w, t in ranked]
    return sorted(ranked, key=lambda h: -h[1])[:beam]
