# misconception: the state is set to zero instead of detached
# loses: detach_test detach_hidden
# %% detach
def detach(state):
    if state is None:
        return None
    if isinstance(state, tuple):
        return tuple(torch.zeros_like(part) for part in state)
    return torch.zeros_like(state)
