# misconception: the course's own unroll does the work
# loses: unroll_test unroll_values_hidden unroll_keep_hidden unroll_gradients_hidden unroll_device_hidden
# %% unroll
from course_lib import recurrent


def unroll(x, h0, W_x, W_h, b_h, keep=None):
    def step(x_t, h):
        return torch.tanh(x_t @ W_x.T + h @ W_h.T + b_h)

    return recurrent.unroll(step, x, h0, keep)
