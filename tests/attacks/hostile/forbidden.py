"""Using what the task forbids: a ready-made LSTM where one is to be written, by every route."""

from .attack import Attack

SET_UP = """import torch


def filled(cell, W, U, b):
    cell.weight_ih.data, cell.weight_hh.data = W, U
    cell.bias_ih.data, cell.bias_hh.data = b, torch.zeros_like(b)
    return cell


"""
BY_LAYER = "    h, c = filled({0}, W, U, b)(x, (h, c))\n    return h, c"


def _step(
    name: str, tries: str, body: str, before: str = "", shows: str = "write it yours"
) -> Attack:
    """A step that is right, and not the student's own."""
    answer = f"{SET_UP}{before}def step(x, h, c, W, U, b):\n{body}"
    return Attack(name, tries, answers={"step": answer}, shows=shows)


LAYER = "torch.nn.LSTMCell(3, 4).double()"
ARMED, TAKEN = "    from course_lib import by_hand\n", "takes away what watches it"
CALL = "(x, (h, c), W, U, b, torch.zeros_like(b))"
RETURN = "    return {0}" + CALL
ATTACKS = [
    _step("forbidden-layer", "calls `nn.LSTMCell`", BY_LAYER.format(LAYER)),
    _step(
        "forbidden-getattr",
        "finds it by a name put together at run time",
        BY_LAYER.format("getattr(torch.nn, 'LS' + 'TM' + 'Cell')(3, 4).double()"),
    ),
    _step(
        "forbidden-importlib",
        "imports it by name",
        BY_LAYER.format("importlib.import_module('torch.nn').LSTMCell(3, 4).double()"),
        "import importlib\n\n\n",
    ),
    _step("forbidden-eval", "calls it in `eval`", BY_LAYER.format(f"eval({LAYER!r})")),
    _step(
        "forbidden-vf",
        "calls the function below it, `torch._VF`",
        RETURN.format("torch._VF.lstm_cell"),
    ),
    _step("forbidden-function", "calls `torch.lstm_cell`", RETURN.format("torch.lstm_cell")),
    _step(
        "forbidden-aten", "calls the operation itself", RETURN.format("torch.ops.aten.lstm_cell")
    ),
    _step(
        "forbidden-at-definition",
        "takes the function while it defines, and calls it by another name later",
        RETURN.format("own"),
        "own = torch._C._VariableFunctions.lstm_cell\n\n\n",
    ),
    _step(
        "forbidden-subclass",
        "derives a class of its own from the layer",
        BY_LAYER.format("Mine(3, 4).double()"),
        "class Mine(torch.nn.LSTMCell):\n    pass\n\n\n",
    ),
    _step(
        "forbidden-script",
        "hides the call in a scripted function",
        RETURN.format("own"),
        "own = torch.jit.CompilationUnit('''\n"
        "def f(x: Tensor, s: List[Tensor], W: Tensor, U: Tensor, b: Tensor, z: Tensor):\n"
        "    return torch.lstm_cell(x, s, W, U, b, z)\n''').f\n\n\n",
    ),
    _step(
        "forbidden-sequence",
        "calls the LSTM of whole sequences for one step",
        "    out, (h, c) = torch.lstm(x[None], (h[None], c[None]), [W, U], False, 1, 0.0, False,\n"
        "                             False, False)\n    return out[0], c[0]",
    ),
    _step(
        "forbidden-inference",
        "calls it in inference mode, behind autograd",
        "    with torch.inference_mode():\n        h, c = torch.lstm_cell" + CALL + "\n"
        "    return h.clone(), c.clone()",
    ),
    _step(
        "forbidden-thread",
        "calls it in a thread, and catches what the thread raises",
        "    found = []\n\n    def work():\n        try:\n"
        "            found.extend(torch.lstm_cell" + CALL + ")\n"
        "        except BaseException:\n            found.extend((h, c))\n\n"
        "    thread = threading.Thread(target=work)\n    thread.start()\n    thread.join()\n"
        "    return found[0], found[1]",
        "import threading\n\n\n",
    ),
    _step(
        "forbidden-watcher-told",
        "switches the profile hook off before it calls the course's own LSTM",
        "    sys.setprofile(None)\n    from course_lib import cells\n"
        "    own = cells.LSTMCell(3, 4)\n    return own(x, (h, c))",
        "import sys\n\n\n",
        "writes? it yourself|switches off",
    ),
    _step(
        "forbidden-disarmed",
        "takes the tripwires away before it calls the layer",
        f"{ARMED}    by_hand._armed.pop().cut()\n{BY_LAYER.format(LAYER)}",
        shows=TAKEN,
    ),
    _step(
        "forbidden-rearmed",
        "takes the tripwires away, calls the layer, and arms new ones",
        f"{ARMED}    by_hand._armed.pop().cut()\n    h, c = filled({LAYER}, W, U, b)(x, (h, c))\n"
        "    by_hand.arm(step, False, '')\n    return h, c",
        shows=TAKEN,
    ),
    _step(
        "forbidden-unregistered",
        "takes away only what torch's dispatcher was told",
        f"{ARMED}    for library in by_hand._armed[-1].libraries:\n        library._destroy()\n"
        f"{BY_LAYER.format(LAYER)}",
        shows=TAKEN,
    ),
    _step(
        "forbidden-course-code",
        "calls the course's own LSTM",
        "    from course_lib import cells\n"
        "    own = cells.LSTMCell(3, 4)\n    return own(x, (h, c))",
    ),
]
