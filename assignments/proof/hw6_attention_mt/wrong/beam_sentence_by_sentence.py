# misconception: the model is asked for each sentence alone
# loses: beam_test beam_batch_hidden
# %% beam
def beam_search(step, state, beam, max_length, alpha=0.0):
    found = []
    for b in range(len(state[0])):
        living, ended = [([], 0.0)], []
        memory = tuple(part[b : b + 1] for part in state)
        last = torch.full((1,), BOS, device=state[0].device)
        for length in range(1, max_length + 1):
            logits, memory, _ = step(last, memory)
            texts, totals = zip(*living, strict=True)
            living, parents = [], []
            kept = extend([b] * len(texts), list(totals), logits.log_softmax(dim=1), beam)
            for row, word, total in kept:
                text = [*texts[row], word]
                if word == EOS or length == max_length:
                    ended.append((text, total / length**alpha))
                else:
                    living.append((text, total))
                    parents.append(row)
            if not living:
                break
            last = last.new_tensor([text[-1] for text, _ in living])
            memory = tuple(part[parents] for part in memory)
        found.append(sorted(ended, key=lambda text: -text[1])[:beam])
    return found
