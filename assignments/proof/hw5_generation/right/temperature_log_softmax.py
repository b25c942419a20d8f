# variant: normalised log-probabilities, and a tiny temperature for 0
# %% temperature
def apply_temperature(logits, temperature):
    return torch.log_softmax(logits, dim=-1) / max(temperature, 1e-9)
