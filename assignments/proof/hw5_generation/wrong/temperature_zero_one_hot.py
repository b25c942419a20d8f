# misconception: at temperature 0 the first of several largest logits gets everything
# loses: temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        best = nn.functional.one_hot(logits.argmax(dim=1), logits.shape[1])
        return logits.masked_fill(best == 0, -math.inf)
    return logits / temperature
