# variant: a tensor of totals (B, beam) in place of `extend`, dead ones at -inf
# %% beam
def beam_search(step, state, beam, max_length, alpha=0.0):
    B, device = len(state[0]), state[0].device
    totals, texts = state[0].new_zeros(B, 1), [[[]] for _ in range(B)]
    rows, found = torch.arange(B, device=device)[:, None], [[] for _ in range(B)]
    last = torch.full((B,), BOS, device=device)
    for t in range(1, max_length + 1):
        logits, state, _ = step(last, state)
        logs = torch.full((*totals.shape, logits.shape[1]), -math.inf).to(logits)
        logs[rows >= 0] = logits.log_softmax(1)
        sums = (totals[:, :, None] + logs).flatten(1)
        totals, places = sums.topk(min(beam, sums.shape[1]))
        parents, words = places // logits.shape[1], places % logits.shape[1]
        texts = [
            [texts[b][p] + [w] for p, w in zip(parents[b].tolist(), words[b].tolist())]
            for b in range(B)
        ]
        over = (words == EOS) | torch.tensor(t == max_length, device=device)
        alive = totals > -math.inf
        for b, k in (over & alive).nonzero().tolist():
            found[b].append((texts[b][k], float(totals[b, k]) / t**alpha))
        alive = alive & ~over
        if not alive.any():
            break
        chosen = rows.gather(1, parents)[alive]
        state, last = tuple(part[chosen] for part in state), words[alive]
        totals = totals.masked_fill(~alive, -math.inf)
        rows = torch.where(alive, alive.flatten().cumsum(0).view_as(alive) - 1, -1)
    return [sorted(hyps, key=lambda hyp: hyp[1])[::-1][:beam] for hyps in found]
