# misconception: random numbers are drawn on the CPU, wherever the logits are
# loses: sample_arguments_hidden
# %% sample
def sample(logits):
    luck = torch.rand(len(logits), 1)
    sums = torch.softmax(logits, dim=1).cumsum(dim=1)
    return (sums < luck).sum(dim=1).clamp(max=logits.shape[1] - 1)
