# misconception: PyTorch's nll_loss under another name
# loses: mean_nats_test
# %% mean_nats
from torch.nn.functional import nll_loss as surprise


def mean_nats(logits, targets):
    return surprise(torch.log_softmax(logits, dim=1), targets)
