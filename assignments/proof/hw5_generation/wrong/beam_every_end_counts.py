# misconception: every EOS finishes a hypothesis, whether it is among the best extensions or not
# loses: beam_greedy_hidden beam_finished_hidden beam_ends_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, finished = [([], 0.0)], []
    for _ in range(max_length):
        logp = torch.log_softmax(logits, dim=1)
        V = logp.shape[1]
        for (w, t), l in zip(living, logp[:, EOS].tolist()):
            finished.append((w + [EOS], t + l))
        logp[:, EOS] = -math.inf
        totals = torch.tensor([t for _, t in living], dtype=logp.dtype, device=logp.device)
        flat = (totals[:, None] + logp).flatten()
        best, where = flat.topk(min(beam, len(flat) - len(living)))
        living = [(living[i // V][0] + [i % V], t) for t, i in zip(best.tolist(), where.tolist())]
        logits, state = step(where % V, tuple(s[where // V] for s in state))
    ranked = [(w, t / len(w) ** alpha) for w, t in finished + living]
    return sorted(ranked, key=lambda h: -h[1])[:beam]
