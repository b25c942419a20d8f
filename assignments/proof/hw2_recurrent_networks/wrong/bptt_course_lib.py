# misconception: the course's own backpropagation through time
# loses: bptt_test bptt_weights_hidden bptt_inputs_hidden bptt_time_hidden bptt_device_hidden
# %% bptt
def bptt(d_hs, x, h0, hs, W_x, W_h):
    from course_lib.bptt import Weights, elman_bptt

    weights = Weights(W_x, W_h, torch.zeros_like(W_h[0]))
    grads, d_x, d_h0 = elman_bptt(weights, x, h0, hs, d_hs)
    return dict(zip(["W_x", "W_h", "b_h"], grads, strict=True)) | {"x": d_x, "h0": d_h0}
