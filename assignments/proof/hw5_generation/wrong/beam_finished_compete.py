# misconception: finished hypotheses take places in the beam from those that live
# loses: beam_finished_hidden beam_places_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, finished = [([], 0.0)], []
    for _ in range(max_length):
        logp = torch.log_softmax(logits, dim=1)
        V = logp.shape[1]
        cands = [(w, t, None) for w, t in finished]
        for p, (w, t) in enumerate(living):
            for v, l in enumerate(logp[p].tolist()):
                cands.append((w + [v], t + l, p))
        cands.sort(key=lambda c: -c[1])
        cands = cands[:beam]
        finished = [(w, t) for w, t, p in cands if w[-1] == EOS]
        alive = [c for c in cands if c[0][-1] != EOS]
        living = [(w, t) for w, t, p in alive]
        if not living:
            break
        rows = torch.tensor([p for _, _, p in alive], device=logits.device)
        words = torch.tensor([w[-1] for w, _, _ in alive], device=logits.device)
        logits, state = step(words, tuple(s[rows] for s in state))
    ranked = [(w, t / len(w) ** alpha) for w, t in finished + living]
    return sorted(ranked, key=lambda h: -h[1])[:beam]
