"""Every way to a ready-made recurrent layer that a student may find; and what stays allowed."""

import functools
import re
import sys
import threading

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, classify, pairs, tagging
from course_lib.feedforward import FeedforwardLM

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
X, H = torch.randn(5, 2, 3), torch.zeros(1, 2, 4)
LSTM, GRU, CELL = nn.LSTM(3, 4), nn.GRU(3, 4), nn.RNNCell(3, 4)
gru_weights = list(GRU.parameters())
ONE_LAYER = (True, 1, 0.0, False, False, False)
cached = torch._VF.gru
same = nn.LSTM


class Renamed(nn.LSTM):
    pass


class Inside(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = Renamed(3, 4)

    def forward(self, x):
        return self.memory(x)[0]


def swallows(x):
    try:
        return LSTM(x)
    except BaseException:
        return x


def in_a_thread(x):
    thread = threading.Thread(target=swallows, args=(x,))
    thread.start()
    thread.join()


SHORTCUTS = {
    "layer": (lambda x: nn.LSTM(3, 4)(x), "torch.nn.LSTM"),
    "layer made before": (GRU, "torch.nn.GRU"),
    "cell": (lambda x: CELL(x[0]), "torch.nn.RNNCell"),
    "alias": (lambda x: same(3, 4)(x), "torch.nn.LSTM"),
    "attribute": (lambda x: getattr(nn, "ls".upper() + "TM")(3, 4)(x), "torch.nn.LSTM"),
    "subclass": (lambda x: Renamed(3, 4)(x), "torch.nn.LSTM"),
    "module": (Inside(), "torch.nn.LSTM"),
    "function": (lambda x: torch.gru(x, H, gru_weights, *ONE_LAYER), "torch.gru"),
    "C function": (lambda x: cached(x, H, gru_weights, *ONE_LAYER), "torch.gru"),
    "partial": (functools.partial(cached, X, H, gru_weights, *ONE_LAYER[:-1]), "torch.gru"),
    "operator": (
        lambda x: torch.ops.aten.gru.input(x, H, gru_weights, *ONE_LAYER),
        "torch.gru",
    ),
    "inference": (torch.inference_mode()(lambda x: GRU(x)), "torch.nn.GRU"),
    "double": (lambda x: nn.RNN(3, 4).double()(x.double()), "torch.nn.RNN"),
    "swallowed": (swallows, "torch.nn.LSTM"),
    "thread": (in_a_thread, "torch.nn.LSTM"),
    "meta": (lambda x: nn.GRU(3, 4, device="meta")(x.to("meta")), "torch.nn.GRU"),
    "mapped": (torch.vmap(lambda x: nn.GRU(3, 4)(x)), "torch.nn.GRU"),
}


def tripped(function, *inputs, **forbidden):
    with pytest.raises(AssertionError) as caught, checks.by_hand(function, **forbidden):
        function(*inputs)
    return str(caught.value)


@pytest.mark.parametrize("kind", SHORTCUTS)
def test_a_ready_made_layer_is_found_by_any_name(kind):
    function, layer = SHORTCUTS[kind]
    inputs = (False,) if kind == "partial" else (X[None] if kind == "mapped" else X,)
    if kind == "mapped":  # torch gives up before any operation runs
        with pytest.raises((AssertionError, RuntimeError)), checks.by_hand(function):
            function(*inputs)
        return
    text = tripped(function, *inputs)
    assert text.endswith(f"calls {layer}: this task asks you to write it yourself.")
    LSTM(X), GRU(X), CELL(X[0])


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_traced_layer_is_found_too():
    function = torch.jit.trace(GRU, (X, H))
    assert "torch.gru" in tripped(function, X, H)
    function(X, H)


def test_the_message_names_the_students_function():
    assert tripped(swallows, X).startswith("`swallows` calls torch.nn.LSTM: ")


model = FeedforwardLM(7, 3, 2, 5)


def test_the_course_s_models_are_found_by_any_name():
    forward = model.forward
    tokens = torch.zeros(2, 2, dtype=torch.long)
    for function in (model, forward, functools.partial(forward), lambda t: forward(t)):
        assert "course_lib.feedforward.FeedforwardLM.forward" in tripped(function, tokens)
    assert model(tokens).shape == (2, 7)


STATES, KEEP = torch.randn(2, 3, 4), torch.tensor([[True, True, False], [True, True, True]])
OF_TASKS = {
    "classify.mean_states": (classify.mean_states, STATES, KEEP),
    "classify.max_states": (classify.max_states, STATES, KEEP),
    "classify.multi_label_nats": (classify.multi_label_nats, STATES[0], torch.ones(3, 4)),
    "pairs.pair_features": (pairs.pair_features, STATES[0], STATES[1]),
    "tagging.padded": (tagging.padded, [(torch.ones(2, 1).long(), torch.ones(2).long())]),
}


@pytest.mark.parametrize("name", OF_TASKS)
def test_the_course_s_tasks_are_found_under_their_name(name):
    function, *inputs = OF_TASKS[name]
    assert f"course_lib.{name}" in tripped(lambda: function(*inputs))


def test_who_only_imports_a_room_has_called_nothing():
    def imports():
        sys.modules.pop("course_lib.feedforward")
        import course_lib.feedforward

        return course_lib.feedforward.__name__

    before = sys.modules["course_lib.feedforward"]
    with checks.by_hand(imports):
        imports()
    sys.modules["course_lib.feedforward"] = before


def test_removing_the_hook_is_found():
    def removes():
        sys.setprofile(None)

    def removes_otherwise():
        functools.partial(sys.setprofile, None)()

    def takes_threads_away():
        threading.setprofile(None)

    assert "calls sys.setprofile" in tripped(removes)
    assert "switches off the profile hook" in tripped(removes_otherwise)
    assert "switches off the profile hook" in tripped(takes_threads_away)


def test_everything_is_as_before_afterwards():
    def hook(*_):
        pass

    sys.setprofile(hook)
    try:
        tripped(swallows, X)
        assert sys.getprofile() is hook
        with checks.by_hand(hook):
            pass
        assert sys.getprofile() is hook
    finally:
        sys.setprofile(None)
    with pytest.raises(ZeroDivisionError), checks.by_hand(swallows):
        raise ZeroDivisionError
    assert sys.getprofile() is threading.getprofile() is None
    LSTM(X)[0].sum().backward()


def test_blocks_nest():
    with (
        pytest.raises(AssertionError, match="swallows"),
        checks.by_hand(in_a_thread),
        checks.by_hand(swallows),
    ):
        swallows(X)
    assert sys.getprofile() is None


# --- autograd --------------------------------------------------------------------------------


def square(x):
    return (x**2).sum()


def leaf():
    return torch.ones(3, requires_grad=True)


def swallowed_backward(x):
    try:
        square(leaf()).backward()
    except AssertionError:
        return x


BY_MACHINE = {
    "backward": lambda x: square(leaf()).backward(),
    "grad": lambda x: torch.autograd.grad(square(y := leaf()), y),
    "function": lambda x: torch.autograd.backward(square(leaf())),
    "func.grad": torch.func.grad(square),
    "jacrev": torch.func.jacrev(square),
    "vjp": lambda x: torch.func.vjp(square, x)[1](torch.tensor(1.0)),
    "jvp": lambda x: torch.func.jvp(square, (x,), (x,)),
    "functional": lambda x: torch.autograd.functional.jacobian(square, x),
    "swallowed": swallowed_backward,
}


@pytest.mark.parametrize("kind", BY_MACHINE)
def test_automatic_differentiation_is_found_where_it_is_forbidden(kind):
    function, x = BY_MACHINE[kind], torch.randn(3)
    with checks.by_hand(function):
        function(x)
    text = tripped(function, x, autograd=True)
    assert "calls torch" in text
    assert text.endswith("this task asks you to write it yourself.")


ids = torch.tensor([2, 0])
hidden = F.cross_entropy
LOSSES = {
    "function": lambda x: F.cross_entropy(x, ids),
    "alias": lambda x: hidden(x, ids),
    "module": lambda x: nn.CrossEntropyLoss()(x, ids),
    "smoothed": lambda x: F.cross_entropy(x, ids, label_smoothing=0.1),
    "probabilities": lambda x: F.cross_entropy(x, x.softmax(-1)),
    "nll": lambda x: F.nll_loss(x.log_softmax(-1), ids),
    "nll module": lambda x: nn.NLLLoss(reduction="sum")(x.log_softmax(-1), ids),
    "C function": lambda x: torch._C._nn.nll_loss(x.log_softmax(-1), ids),
}


@pytest.mark.parametrize("mode", [torch.enable_grad, torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("kind", LOSSES)
def test_the_ready_made_loss_is_found_where_it_is_forbidden(kind, mode):
    function = LOSSES[kind]
    with mode():
        x = torch.randn(2, 3, requires_grad=mode is torch.enable_grad)
        with checks.by_hand(function):
            before = function(x)
        text = tripped(function, x, loss=True)
        assert torch.equal(function(x), before)
    assert re.search(r"calls torch\.(cross_entropy|nll)_loss(_nd)?: this task", text)


def test_log_softmax_is_no_ready_made_loss():
    x = torch.randn(2, 3, requires_grad=True)
    with checks.by_hand(square, loss=True):
        seen = -x.log_softmax(-1)[torch.arange(2), ids].mean()
    seen.backward()
    torch.testing.assert_close(seen, F.cross_entropy(x, ids))


def test_ready_made_clipping_is_found():
    clip, weight = nn.utils.clip_grad_norm_, nn.Parameter(torch.ones(3))
    weight.grad = torch.ones(3)
    assert "clip_grad_norm_" in tripped(lambda: clip([weight], 1.0))


# --- what stays allowed ----------------------------------------------------------------------


class Elman(nn.Module):
    def __init__(self):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(3, 4), nn.Linear(4, 4, bias=False)
        self.out = nn.Sequential(nn.Dropout(0.1), nn.Embedding(9, 4))

    def forward(self, x):
        h = x.new_zeros(x.shape[1], 4)
        for now in x:
            h = torch.tanh(self.from_x(now) + self.from_h(h))
        gates = F.linear(h, self.out[1].weight).sigmoid()
        return torch.einsum("bi,bj->bij", gates, F.softmax(gates, -1)).sum() + h.prod()


def test_what_is_written_by_hand_passes():
    module = Elman()
    with checks.by_hand(module, autograd=True):
        seen = module(X)
    with checks.by_hand(module):
        module(X).backward()
    module.eval()
    assert module(X).isfinite()
    assert seen.isfinite()
    assert module.from_h.weight.grad is not None
