# variant: weights of 1,000 in all puzzles, built by concatenation
# %% ignore_past
def ignore_the_past(W, a):
    H, D = W.shape
    large, zero = torch.full((H,), 1e3).to(W), torch.zeros(H, D).to(W)
    b = torch.cat([large, -large, a, large])
    return torch.cat([zero, zero, W, zero]), torch.zeros(4 * H, H).to(W), b
# %% sum_inputs
def sum_inputs(W):
    H, D = W.shape
    large, zero = torch.full((H,), 1e3).to(W), torch.zeros(H, D).to(W)
    b = torch.cat([large, large, 0 * large, large])
    return torch.cat([zero, zero, W, zero]), torch.zeros(4 * H, H).to(W), b
# %% skip_stopwords
def skip_stopwords(W):
    H, D = W.shape
    large, zero = torch.full((H,), 1e3).to(W), torch.zeros(H, D + 1).to(W)
    b = torch.cat([large, large, 0 * large, large])
    flag = zero.clone()
    flag[:, -1] = -2e3
    candidate = torch.cat([W, zero[:, :1]], dim=1)
    return torch.cat([flag, zero, candidate, zero]), torch.zeros(4 * H, H).to(W), b
# %% speak
def speak_when_asked(input_size, hidden_size):
    W_x = torch.zeros(4, hidden_size, input_size)
    W_x[3, :, -1] = 2e3
    b = torch.tensor([-1e3, 1e3, 0.0, -1e3]).repeat_interleave(hidden_size)
    return W_x.flatten(0, 1), torch.zeros(4 * hidden_size, hidden_size), b
