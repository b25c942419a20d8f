# misconception: temperature 0 leaves the logits as they are
# loses: temperature_test temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits
    return logits / temperature
