# misconception: the cut state is a new leaf that wants gradients
# loses: detach_test detach_hidden
# %% detach
def detach(state):
    if state is None:
        return None
    if isinstance(state, tuple):
        return tuple(part.detach().requires_grad_() for part in state)
    return state.detach().requires_grad_()
