# misconception: None raises an error
# loses: detach_test
# %% detach
def detach(state):
    if isinstance(state, tuple):
        return tuple(part.detach() for part in state)
    return state.detach()
