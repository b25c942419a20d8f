# variant: finished rows go on being fed whatever is chosen; PAD is put in at the end
# %% generate
def generate(step, logits, state, choose, max_length):
    columns = [choose(logits)]
    ended = columns[0] == EOS
    while len(columns) < max_length and not bool(ended.all()):
        logits, state = step(columns[-1], state)
        columns.append(choose(logits))
        ended = ended | (columns[-1] == EOS)
    tokens = torch.stack(columns, 1)
    after = (tokens == EOS).long().cumsum(1) - (tokens == EOS).long() > 0
    return tokens.masked_fill(after, PAD)
