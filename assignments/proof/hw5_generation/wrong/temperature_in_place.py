# misconception: the given logits are divided in place
# loses: temperature_arguments_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    logits /= temperature
    return logits
