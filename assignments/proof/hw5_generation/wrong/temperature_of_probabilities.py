# misconception: probabilities are divided by the temperature, which renormalising undoes
# loses: temperature_test temperature_values_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return torch.log(torch.softmax(logits, dim=1) / temperature)
