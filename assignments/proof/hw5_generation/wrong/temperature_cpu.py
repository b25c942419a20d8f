# misconception: a row of temperatures is made on the CPU
# loses: temperature_arguments_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return logits / torch.full((logits.shape[1],), temperature)
