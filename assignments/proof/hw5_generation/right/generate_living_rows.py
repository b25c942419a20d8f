# variant: only rows that still speak are stepped
# %% generate
def generate(step, logits, state, choose, max_length):
    B, rows, columns = len(logits), torch.arange(len(logits), device=logits.device), []
    while True:
        words = choose(logits)
        column = torch.full((B,), PAD, device=logits.device)
        column[rows] = words
        columns.append(column)
        speaks = words != EOS
        rows = rows[speaks]
        if len(columns) == max_length or len(rows) == 0:
            return torch.stack(columns, dim=1)
        logits, state = step(words[speaks], tuple(part[speaks] for part in state))
