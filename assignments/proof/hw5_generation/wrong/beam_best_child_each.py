# misconception: each hypothesis keeps its own best extensions, and all of those are kept
# loses: beam_states_hidden beam_finished_hidden beam_ends_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, totals, finished = [[]], logits.new_zeros(1), []
    for length in range(1, max_length + 1):
        logs = torch.log_softmax(logits, dim=1)
        V = logs.shape[1]
        share = min(V, max(1, beam // len(living)))
        best, words = logs.topk(share, dim=1)
        parents = torch.arange(len(living), device=logs.device).repeat_interleave(share)
        totals, words = totals[parents] + best.flatten(), words.flatten()
        texts = [[*living[p], w] for p, w in zip(parents.tolist(), words.tolist())]
        finished += [pair for pair in zip(texts, totals.tolist()) if pair[0][-1] == EOS]
        living = [text for text in texts if text[-1] != EOS]
        alive = words != EOS
        totals, parents, words = totals[alive], parents[alive], words[alive]
        if not living or length == max_length:
            break
        logits, state = step(words, tuple(part[parents] for part in state))
    found = finished + list(zip(living, totals.tolist()))
    ranked = [(text, total / len(text) ** alpha) for text, total in found]
    return sorted(ranked, key=lambda pair: -pair[1])[:beam]
