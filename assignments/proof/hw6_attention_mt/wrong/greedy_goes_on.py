# misconception: finished rows keep emitting words
# loses: greedy_ends_hidden
# %% greedy
def greedy(step, state, max_length):
    words = torch.full((len(state[0]),), BOS, device=state[0].device)
    speaking, said, looked = words == BOS, [], []
    while len(said) < max_length and bool(speaking.any()):
        logits, state, shares = step(words, state)
        words = logits.argmax(dim=1)
        said.append(words)
        looked.append(torch.where(speaking[:, None], shares, 0.0))
        speaking = speaking & (words != EOS)
    return torch.stack(said, dim=1), torch.stack(looked, dim=1)
