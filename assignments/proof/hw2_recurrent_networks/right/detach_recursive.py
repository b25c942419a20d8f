# variant: recursion over the parts
# %% detach
def detach(state):
    if isinstance(state, tuple):
        return tuple(map(detach, state))
    return state if state is None else state.detach().clone()
