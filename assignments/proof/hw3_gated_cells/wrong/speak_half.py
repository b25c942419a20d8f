# misconception: without a question the output gate is half open
# loses: speak_test speak_hidden
# %% speak
def speak_when_asked(input_size, hidden_size):
    H = hidden_size
    W_x, W_h, b = torch.zeros(4 * H, input_size), torch.zeros(4 * H, H), torch.zeros(4 * H)
    b[:H], b[H : 2 * H] = -50.0, 50.0
    W_x[3 * H :, -1] = 100.0
    return W_x, W_h, b
