# misconception: of two states only h is detached, not c
# loses: detach_hidden
# %% detach
def detach(state):
    if state is None:
        return None
    if isinstance(state, tuple):
        return (state[0].detach(), *state[1:])
    return state.detach()
