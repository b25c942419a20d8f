# variant: runs to the limit inside, stops early, trims columns
# %% greedy
def greedy(step, state, max_length):
    words = torch.full([state[0].shape[0]], BOS, device=state[0].device)
    ended = torch.zeros_like(words).bool()
    all_words, all_weights = [], []
    for _ in range(max_length):
        logits, state, weights = step(words, state)
        words = logits.argmax(1).masked_fill(ended, PAD)
        all_words.append(words)
        all_weights.append(weights * ~ended[:, None])
        ended = ended | (words == EOS)
        if ended.all():
            break
    return torch.stack(all_words).T.contiguous(), torch.stack(all_weights).transpose(0, 1)
