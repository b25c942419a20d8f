# misconception: takes exp and log of the logits themselves, which overflow
# loses: temperature_values_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return torch.log(torch.exp(logits) ** (1 / temperature))
