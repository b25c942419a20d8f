# variant: gates saturated a little more than the tolerance asks for, filled unit by unit; a list
# %% sum_inputs
def sum_inputs(W):
    H, D = W.shape
    W_x, W_h, b = torch.zeros(4 * H, D).to(W), torch.zeros(4 * H, H).to(W), torch.zeros(4 * H).to(W)
    for unit in range(H):
        W_x[2 * H + unit] = W[unit]
        for gate in (0, 1, 3):
            b[gate * H + unit] = 16.0
    return [W_x, W_h, b]
# %% speak
def speak_when_asked(input_size, hidden_size):
    H = hidden_size
    W_x, W_h = torch.zeros(4 * H, input_size), torch.zeros(4 * H, H)
    b = torch.cat([torch.full((H,), value) for value in (-20.0, 20.0, 0.0, -12.0)])
    W_x[-H:, -1] = 24.0
    return [W_x, W_h, b]
