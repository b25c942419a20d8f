# variant: log f first, then log f minus log of 1 - f
# %% bias_for
def bias_for(steps):
    log_f = -math.log(2) / steps
    return log_f - math.log(-math.expm1(log_f))
