# variant: words in lists, rows of zeros, a set of finished rows
# %% greedy
def greedy(step, state, max_length):
    B, device = len(state[0]), state[0].device
    last, done = torch.tensor([BOS] * B, device=device), set()
    tokens, weights = [], []
    for _ in range(max_length):
        logits, state, shares = step(last, state)
        chosen = logits.max(1)[1].tolist()
        tokens.append([PAD if b in done else word for b, word in enumerate(chosen)])
        over = torch.tensor([b in done for b in range(B)], device=device)
        weights.append(shares.masked_fill(over[:, None], 0))
        done |= {b for b, word in enumerate(chosen) if word == EOS}
        if len(done) == B:
            break
        last = torch.tensor(chosen, device=device)
    return torch.tensor(tokens, device=device).T, torch.stack(weights, 1)
