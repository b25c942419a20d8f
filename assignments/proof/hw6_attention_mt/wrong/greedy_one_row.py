# misconception: a loop that stays with the first row's words
# loses: greedy_words_hidden greedy_ends_hidden
# %% greedy
def greedy(step, state, max_length):
    words = torch.full((len(state[0]),), BOS, device=state[0].device)
    speaking, said, looked = words == BOS, [], []
    while len(said) < max_length and bool(speaking.any()):
        logits, state, shares = step(words, state)
        words = torch.where(speaking, logits[:1].argmax(dim=1).expand(len(logits)), PAD)
        said.append(words)
        looked.append(torch.where(speaking[:, None], shares, 0.0))
        speaking = speaking & (words != EOS)
    return torch.stack(said, dim=1), torch.stack(looked, dim=1)
