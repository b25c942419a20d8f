# misconception: words are tensors of one number, not ints (`beam_search`)
# loses: beam_test beam_arguments_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, finished = [([], 0.0)], []
    for _ in range(max_length):
        logp = torch.log_softmax(logits, dim=1)
        V = logp.shape[1]
        totals = torch.tensor([t for _, t in living], dtype=logp.dtype, device=logp.device)
        flat = (totals[:, None] + logp).flatten()
        best, where = flat.topk(min(beam, len(flat)))
        new, rows = [], []
        for total, i in zip(best, where):
            hyp = (living[int(i) // V][0] + [i % V], total)
            if i % V == EOS:
                finished.append(hyp)
            else:
                rows.append(i)
                new.append(hyp)
        living = new
        if not living:
            break
        rows = torch.stack(rows)
        logits, state = step(rows % V, tuple(s[rows // V] for s in state))
    ranked = [(w, t / len(w) ** alpha) for w, t in finished + living]
    return sorted(ranked, key=lambda h: -h[1])[:beam]
