# variant: hypotheses as dicts, all tensors from Python lists
# %% beam
def beam_search(step, state, beam, max_length, alpha=0.0):
    device = state[0].device
    beams = [{"owner": b, "words": [], "total": 0.0} for b in range(len(state[0]))]
    finished = [[] for _ in beams]
    for t in range(max_length):
        last = torch.tensor([(hyp["words"] or [BOS])[-1] for hyp in beams], device=device)
        logits, state, _ = step(last, state)
        log_probs = logits - logits.logsumexp(1, keepdim=True)
        owners, totals = [hyp["owner"] for hyp in beams], [hyp["total"] for hyp in beams]
        grown, rows = [], []
        for row, word, total in extend(owners, totals, log_probs, beam):
            words = beams[row]["words"] + [word]
            if word == EOS:
                finished[owners[row]].append((words, total / len(words) ** alpha))
            else:
                grown.append({"owner": owners[row], "words": words, "total": total})
                rows.append(row)
        beams = grown
        if not beams:
            break
        index = torch.tensor(rows, device=device)
        state = tuple(part.index_select(0, index) for part in state)
    for hyp in beams:
        finished[hyp["owner"]].append((hyp["words"], hyp["total"] / max_length**alpha))
    for hyps in finished:
        hyps.sort(key=lambda hyp: hyp[1], reverse=True)
    return [hyps[:beam] for hyps in finished]
