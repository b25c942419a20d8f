# variant: only the rows that still speak are asked
# %% greedy
def greedy(step, state, max_length):
    B = len(state[0])
    rows = torch.arange(B, device=state[0].device)
    last = torch.full_like(rows, BOS)
    tokens, weights = [], []
    while len(rows) and len(tokens) < max_length:
        logits, state, shares = step(last, state)
        last = logits.argmax(-1)
        tokens.append(torch.full((B,), PAD, device=rows.device).index_put((rows,), last))
        grid = shares.new_zeros(B, shares.shape[1])
        weights.append(grid.index_put((rows,), shares))
        on = last != EOS
        rows, last, state = rows[on], last[on], tuple(part[on] for part in state)
    return torch.stack(tokens, 1), torch.stack(weights, 1)
