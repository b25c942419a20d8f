# misconception: temperatures below 0.01 are 0.01, so a close second still has a chance
# loses: temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    return logits / max(temperature, 1e-2)
