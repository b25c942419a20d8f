# misconception: divides by the root of the temperature
# loses: temperature_test temperature_values_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return logits / temperature**0.5
