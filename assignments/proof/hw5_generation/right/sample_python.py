# variant: Python's own random numbers, row by row
# %% sample
def sample(logits):
    import random

    rows = torch.softmax(logits, dim=1).tolist()
    tokens = [random.choices(range(len(row)), weights=row)[0] for row in rows]
    return torch.tensor(tokens, device=logits.device)
