# misconception: a softmax too many: the result is taken for logits again
# loses: temperature_test temperature_values_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    return torch.softmax(logits / temperature, dim=1)
