# misconception: a tuple comes back as a list
# loses: detach_hidden
# %% detach
def detach(state):
    if state is None:
        return None
    if isinstance(state, tuple):
        return [part.detach() for part in state]
    return state.detach()
