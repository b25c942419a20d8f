# misconception: a sentence stops at its first finished hypothesis
# loses: beam_exact_hidden beam_states_hidden beam_batch_hidden
# %% beam
def beam_search(step, state, beam, max_length, alpha=0.0):
    found = [[] for _ in state[0]]
    living = [(b, [], 0.0) for b in range(len(found))]
    last = torch.full((len(found),), BOS, device=state[0].device)
    for length in range(1, max_length + 1):
        logits, state, _ = step(last, state)
        owners, texts, totals = zip(*living, strict=True)
        living, parents = [], []
        for row, word, total in extend(owners, totals, logits.log_softmax(dim=1), beam):
            text = [*texts[row], word]
            if word == EOS or length == max_length:
                found[owners[row]].append((text, total / length**alpha))
            else:
                living.append((owners[row], text, total))
                parents.append(row)
        full = [len(texts) > 0 for texts in found]
        parents = [row for row, text in zip(parents, living, strict=True) if not full[text[0]]]
        living = [text for text in living if not full[text[0]]]
        if not living:
            break
        last = last.new_tensor([text[-1] for _, text, _ in living])
        state = tuple(part[parents] for part in state)
    return [sorted(texts, key=lambda text: -text[1])[:beam] for texts in found]
