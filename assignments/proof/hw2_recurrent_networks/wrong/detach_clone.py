# misconception: `clone` copies the numbers and keeps the graph
# loses: detach_test detach_hidden
# %% detach
def detach(state):
    if state is None:
        return None
    if isinstance(state, tuple):
        return tuple(part.clone() for part in state)
    return state.clone()
