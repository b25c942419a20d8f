# variant: log f by torch's logsigmoid in float64
# %% half_life
def half_life(bias):
    log_f = nn.functional.logsigmoid(torch.tensor(bias, dtype=torch.float64))
    return (-math.log(2) / log_f).item()
