# misconception: the least likely word
# loses: greedy_test greedy_words_hidden greedy_ends_hidden
# %% greedy
def greedy(step, state, max_length):
    words = torch.full((len(state[0]),), BOS, device=state[0].device)
    speaking, said, looked = words == BOS, [], []
    while len(said) < max_length and bool(speaking.any()):
        logits, state, shares = step(words, state)
        words = torch.where(speaking, logits.argmin(dim=1), PAD)
        said.append(words)
        looked.append(torch.where(speaking[:, None], shares, 0.0))
        speaking = speaking & (words != EOS)
    return torch.stack(said, dim=1), torch.stack(looked, dim=1)
