# misconception: the final places are given by the totals, and the ranking only orders those who got one
# loses: beam_places_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, finished = [([], 0.0)], []
    for _ in range(max_length):
        logp = torch.log_softmax(logits, dim=1)
        V = logp.shape[1]
        totals = torch.tensor([t for _, t in living], dtype=logp.dtype, device=logp.device)
        flat = (totals[:, None] + logp).flatten()
        best, where = flat.topk(min(beam, len(flat)))
        parents, words, new = [], [], []
        for total, i in zip(best.tolist(), where.tolist()):
            hyp = (living[i // V][0] + [i % V], total)
            if i % V == EOS:
                finished.append(hyp)
            else:
                parents.append(i // V)
                words.append(i % V)
                new.append(hyp)
        living = new
        if not living:
            break
        rows = torch.tensor(parents, device=logits.device)
        logits, state = step(
            torch.tensor(words, device=logits.device), tuple(s[rows] for s in state)
        )
    best = sorted(finished + living, key=lambda h: -h[1])[:beam]
    ranked = [(w, t / len(w) ** alpha) for w, t in best]
    return sorted(ranked, key=lambda h: -h[1])
