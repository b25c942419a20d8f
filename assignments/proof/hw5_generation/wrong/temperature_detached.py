# misconception: cuts the graph (`apply_temperature`)
# loses: temperature_arguments_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return logits.detach() / temperature
