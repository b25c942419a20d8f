# variant: stops when nothing that lives can still get among the best
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    texts, totals, done = torch.zeros(1, 0).long().to(logits.device), logits.new_zeros(1, 1), []
    while len(totals) and texts.shape[1] < max_length:
        scores = totals + logits.log_softmax(-1)
        best, flat = scores.reshape(-1).sort(descending=True)
        best, flat = best[:beam], flat[:beam]
        parent = torch.div(flat, scores.shape[1], rounding_mode="floor")
        word = flat - parent * scores.shape[1]
        texts = torch.cat([texts[parent], word[:, None]], dim=1)
        over = word == EOS
        done += [(t.tolist(), float(b) / len(t) ** alpha) for t, b in zip(texts[over], best[over])]
        texts, totals, parent, word = texts[~over], best[~over, None], parent[~over], word[~over]
        enough = sorted((score for _, score in done), reverse=True)[beam - 1 : beam]
        bound = float(totals.max()) / max_length**alpha if len(totals) else -math.inf
        if enough and enough[0] >= bound:
            break
        if len(totals) and texts.shape[1] < max_length:
            logits, state = step(word, tuple(part.index_select(0, parent) for part in state))
    done += [(t.tolist(), float(b) / len(t) ** alpha) for t, b in zip(texts, totals[:, 0])]
    return sorted(done, key=lambda pair: pair[1], reverse=True)[:beam]
