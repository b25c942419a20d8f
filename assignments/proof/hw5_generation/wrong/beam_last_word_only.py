# misconception: the total is the last word's log-probability
# loses: beam_test beam_exact_hidden beam_greedy_hidden beam_states_hidden beam_finished_hidden beam_ends_hidden beam_places_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, totals, finished = [[]], logits.new_zeros(1), []
    for length in range(1, max_length + 1):
        extended = torch.log_softmax(logits, dim=1)
        V = extended.shape[1]
        totals, places = extended.flatten().topk(min(beam, extended.numel()))
        texts = [[*living[place // V], place % V] for place in places.tolist()]
        pairs = list(zip(texts, totals.tolist(), strict=True))
        finished += [pair for pair in pairs if pair[0][-1] == EOS]
        living = [text for text in texts if text[-1] != EOS]
        alive = places % V != EOS
        totals, parents, words = totals[alive], places[alive] // V, places[alive] % V
        if not living or length == max_length:
            break
        logits, state = step(words, tuple(part[parents] for part in state))
    found = finished + list(zip(living, totals.tolist(), strict=True))
    ranked = [(text, total / len(text) ** alpha) for text, total in found]
    return sorted(ranked, key=lambda pair: -pair[1])[:beam]
