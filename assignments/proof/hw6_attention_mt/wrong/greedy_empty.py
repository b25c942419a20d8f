# misconception: the loop ends before the first word
# loses: greedy_test greedy_words_hidden greedy_ends_hidden greedy_weights_hidden
# %% greedy
def greedy(step, state, max_length):
    logits, _, shares = step(torch.full((len(state[0]),), BOS, device=state[0].device), state)
    return logits.argmax(dim=1)[:, None][:, :0], shares[:, None][:, :0]
