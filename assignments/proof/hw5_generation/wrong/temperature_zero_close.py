# misconception: at temperature 0 what is close to the largest logit counts as equal
# loses: temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        best = logits.max(dim=1, keepdim=True).values
        return logits.masked_fill(~torch.isclose(logits, best), -math.inf)
    return logits / temperature
