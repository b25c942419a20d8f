# misconception: at temperature 0 the largest logit of the whole batch counts
# loses: temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.max(), -math.inf)
    return logits / temperature
