# misconception: the course's own temperature
# loses: temperature_test temperature_values_hidden temperature_arguments_hidden
# %% temperature
def apply_temperature(logits, temperature):
    if temperature == 0:
        return logits.masked_fill(logits < logits.amax(dim=1, keepdim=True), -math.inf)
    from course_lib.sampling import temper

    return temper(logits, temperature)
