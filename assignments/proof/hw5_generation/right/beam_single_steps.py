# variant: hypotheses as tuples, each with a state of its own, stepped one at a time
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    living, done = [((), 0.0, logits, state)], []
    for t in range(max_length):
        grown = []
        for words, total, scores, own in living:
            for w, log_p in enumerate(scores[0].log_softmax(0).tolist()):
                grown.append((total + log_p, words + (w,), own))
        grown = sorted(grown, key=lambda item: item[0], reverse=True)[:beam]
        living = []
        for total, words, own in grown:
            if words[-1] == EOS or t + 1 == max_length:
                done.append((list(words), total / len(words) ** alpha))
            else:
                word = torch.tensor(words[-1:], device=logits.device)
                living.append((words, total, *step(word, own)))
        if not living:
            break
    done.sort(key=lambda pair: pair[1], reverse=True)
    return done[:beam]
