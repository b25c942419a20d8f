# misconception: at temperature 0 the others become 0 instead of -inf
# loses: temperature_test temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), 0.0)
    return logits / temperature
