# variant: steps at the start of each round but the first
# %% generate
def generate(step, logits, state, choose, max_length):
    done = (logits[:, 0] * 0).bool()
    tokens = []
    for t in range(max_length):
        if t > 0:
            logits, state = step(tokens[-1], state)
        tokens.append(choose(logits) * ~done + PAD * done)
        done = done.logical_or(tokens[-1].eq(EOS))
        if done.all():
            break
    return torch.stack(tokens).T
