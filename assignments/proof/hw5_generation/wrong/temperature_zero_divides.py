# misconception: divides by 0, and 0 / 0 is no number
# loses: temperature_test temperature_zero_hidden
# %% temperature
def apply_temperature(logits, temperature):
    return logits / torch.as_tensor(temperature).to(logits)
