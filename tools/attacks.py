"""Student code that must not get what it wants. Each piece is safe to run in a sandbox only."""

# (name, what it does, source of the first answer)
STOPPING = [
    ("syntax_error", "a colon is missing", "def make_windows(sentences, M)\n    return None"),
    ("endless_loop", "never ends", "while True:\n    pass"),
    ("exits", "ends the process", "import os\n\nos._exit(0)"),
    (
        "memory_hog",
        "takes all memory",
        "hoard = []\nwhile True:\n    hoard.append(bytearray(64 * 2**20))",
    ),
    ("print_flood", "prints without end", 'while True:\n    print("flood " * 1000)'),
    ("recursion", "calls itself", "def again():\n    return again()\n\n\nagain()"),
]

SHADOW_ABOUT = "a file torch.py in which everything is equal"
SHADOW_FILES = {
    "torch.py": "class Anything:\n"
    "    def __getattr__(self, name):\n        return self\n\n"
    "    def __call__(self, *args, **kwargs):\n        return self\n\n"
    "    def __eq__(self, other):\n        return True\n\n\n"
    "def __getattr__(name):\n    return Anything()\n",
}

# (name, what it tries, source of a cell before everything else)
CELLS = [
    (
        "input_transformer",
        "empties every later cell, tests too",
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    ),
    (
        "patched_library",
        "makes every comparison succeed",
        "import torch\nfrom course_lib import checks\n\n"
        "for module in (checks, torch, torch.testing):\n"
        "    for name in dir(module):\n"
        "        if name in ('equal', 'allclose', 'assert_close', 'close', 'shape', 'dtype'):\n"
        "            setattr(module, name, lambda *args, **kwargs: True)",
    ),
    (
        "reads_frames",
        "looks for tests in the frames and objects of its process",
        "import gc\nimport sys\n\n"
        "def look(*args, **kwargs):\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        print(frame.f_code.co_filename, sorted(map(str, frame.f_globals))[:500])\n"
        "        frame = frame.f_back\n"
        "    found = [o for o in gc.get_objects() if isinstance(o, str) and 'HIDDEN TESTS' in o]\n"
        "    print(found)\n\n"
        "make_windows = build_vocabulary = feedforward = look\nlook()",
    ),
    (
        "reads_files",
        "searches the disk for the instructor's notebook and the gradebook",
        "import os\n\n"
        "for folder, _, files in os.walk('/'):\n"
        "    for name in files:\n"
        "        if name.endswith('.ipynb') or name == 'gradebook.db':\n"
        "            with open(os.path.join(folder, name), 'rb') as file:\n"
        "                print(name, file.read(2000))",
    ),
    (
        "forks",
        "starts process after process",
        "import os\n\nfor _ in range(6):\n    os.fork()",
    ),
    (
        "network",
        "sends the tests away",
        "import socket\n\nsocket.create_connection(('127.0.0.1', 80), timeout=2)",
    ),
    (
        "kills_parent",
        "kills who watches it",
        "import os\nimport signal\n\nos.kill(os.getppid(), signal.SIGKILL)\nos.killpg(0, 9)",
    ),
    (
        "always_equal",
        "answers with an object that equals everything",
        "class Yes:\n"
        "    def __eq__(self, other):\n        return True\n\n"
        "    def __getattr__(self, name):\n        return self\n\n"
        "    def __call__(self, *args, **kwargs):\n        return self\n\n"
        "    def __iter__(self):\n        return iter([self, self])\n\n\n"
        "make_windows = build_vocabulary = feedforward = Yes()",
    ),
    (
        "script_in_output",
        "puts a script into the feedback",
        "from IPython.display import HTML, display\n\n"
        "display(HTML('<script>document.body.innerHTML = \"100 of 100\"</script>'\n"
        "             '<img src=x onerror=\"alert(1)\">'\n"
        "             '<style>.ag-total { display: none }</style><b>bold</b>'))",
    ),
]
