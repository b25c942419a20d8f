# variant: writes into a table of PAD, cut at the end
# %% generate
def generate(step, logits, state, choose, max_length):
    B = logits.shape[0]
    tokens = torch.full((B, max_length), PAD, dtype=torch.int64, device=logits.device)
    living = torch.ones(B, dtype=torch.bool, device=logits.device)
    for t in range(max_length):
        words = choose(logits)
        tokens[living, t] = words[living]
        living = living & (words != EOS)
        if t + 1 == max_length or not living.any():
            return tokens[:, : t + 1]
        logits, state = step(words, state)
