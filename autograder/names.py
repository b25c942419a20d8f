"""Which names a cell binds and uses, by the compiler's own symbol table."""

import ast
import copy
import re
import symtable
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Cell magics whose body runs in the notebook's own namespace.
RUNNING_MAGICS = re.compile(r"\A(\s*%%(time|timeit|capture|prun)\b.*(\n|\Z))+")
Part = tuple[frozenset[str], frozenset[str]]  # names that it binds or speaks of, and all it reads
Told = tuple[str, list[str], list[str], list[tuple[list[str], list[str]]]]
_TOLD: dict[str, tuple[frozenset[str], frozenset[str], tuple[Part, ...]]] = {}

SUPPRESSES = re.compile(r"suppress|raises")  # managers after whose block something may be unbound
FUNCTION = re.compile(r"\b(def|lambda)\b")
AUGMENTED = re.compile(r"[-+*/%@&|^<>]=")  # at least all cells with an augmented assignment


def is_python(source: str) -> bool:
    """Whether it is plain Python, without magics."""
    return _tree(source) is not None


@lru_cache(maxsize=1024)
def plain_python(source: str) -> str:
    """The cell with IPython's magics and shell lines turned into calls."""
    if is_python(source):  # as nearly all cells; the transformer takes milliseconds
        return source
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(without_running_magics(source))
    except Exception:  # SyntaxError; RecursionError and others, of a cell made for it
        return without_running_magics(source)


def without_running_magics(source: str) -> str:
    """What runs under magics such as %%time."""
    return RUNNING_MAGICS.sub("", source)


def parse(source: str) -> ast.Module | None:
    """The cell's syntax tree, None where it is not Python."""
    return _tree(plain_python(source))


@lru_cache(maxsize=1024)
def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def known(sources: Iterable[str]) -> list[Told]:
    """What `bound`, `loaded` and `parts` find, for another process to `learn`."""
    return [(s, [*bound(s)], [*loaded(s)], [([*n], [*r]) for n, r in parts(s)]) for s in sources]


def learn(found: Iterable[Told]) -> None:
    """Take what `known` gave in a process that people trust: reading all cells takes a while."""
    for source, binds, loads, each in found:
        more = tuple((frozenset(names), frozenset(reads)) for names, reads in each)
        _TOLD[source] = frozenset(binds), frozenset(loads), more


def mentions(source: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in it at all; Python takes them in this normal form."""
    text = unicodedata.normalize("NFKC", source)
    return any(name in text for name in names)


@lru_cache(maxsize=1024)
def bound(source: str) -> frozenset[str]:
    """Names that the cell binds in the notebook's namespace by anything but a plain import.

    An import inside `try`, `if` or `with` counts as a binding: what it binds depends on the run.
    """
    if source in _TOLD:
        return _TOLD[source][0]
    tree = parse(source)
    if tree is None:
        return frozenset()
    body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if len(body) == len(tree.body):
        return _bound(plain_python(source))
    try:
        return _bound(ast.unparse(ast.Module(body, [])))
    except RecursionError:  # a student's cell may be made for it; the compiler takes deeper ones
        return frozenset()


@lru_cache(maxsize=1024)
def binds(source: str) -> frozenset[str]:
    """The same with plain imports; "*" stands for all that a module has."""
    return bound(source) | {name for _, name, _ in imports(source)}


@lru_cache(maxsize=1024)
def loaded(source: str) -> frozenset[str]:
    """Names of the notebook's namespace that the cell reads, in nested scopes too."""
    if source in _TOLD:
        return _TOLD[source][1]
    tree = parse(source)
    if tree is None:
        return frozenset()
    names = set()
    for table, top in _tables(plain_python(source)):
        body = table.get_type() == "class"  # `x = x` in one reads the notebook's
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (
                top or symbol.is_global() or (body and symbol.is_local())
            ):
                names.add(symbol.get_name())
    # `x += 1` reads x, which the symbol table does not say
    for node in ast.walk(tree) if AUGMENTED.search(source) else ():
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return frozenset(names)


@lru_cache(maxsize=1024)
def loaded_at_once(source: str) -> frozenset[str]:
    """Those that it reads as it runs: not what only its functions read when they are called."""
    tree = parse(source)
    return loaded(ast.unparse(_Bodiless().visit(copy.deepcopy(tree)))) if tree else frozenset()


@lru_cache(maxsize=1024)
def parts(source: str) -> tuple[Part, ...]:
    """The cell's statements that hold functions, by which a reader of their names reads more."""
    if source in _TOLD:
        return _TOLD[source][2]
    tree = parse(source) if FUNCTION.search(source) else None
    found: list[Part] = []
    for node in tree.body if tree else []:
        text = ast.unparse(node)
        defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        names = bound(text) if defines else bound(text) | loaded_at_once(text)
        found.append((names, loaded(text)))
    return tuple(found)


@lru_cache(maxsize=1024)
def reads(source: str) -> frozenset[str]:
    """Names that a cell takes from others: it may read them before it binds them itself."""
    tree = parse(source)
    return frozenset(_reads(tree.body, set())) if tree else frozenset()


@lru_cache(maxsize=1024)
def imports(source: str) -> tuple[tuple[str, str, str], ...]:
    """The cell's plain imports: (module, name it binds or "*", statement that imports just it)."""
    tree = parse(source)
    found: list[tuple[str, str, str]] = []
    for node in tree.body if tree else []:
        if isinstance(node, ast.Import):
            for alias in node.names:
                statement = ast.unparse(ast.Import([alias]))
                found.append((alias.name, alias.asname or alias.name.split(".")[0], statement))
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                statement = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                found.append((node.module or "", alias.asname or alias.name, statement))
    return tuple(found)


def _reads(body: list[ast.stmt], own: set[str]) -> set[str]:
    """What these statements may read beside what is their `own`, to which they add."""
    found: set[str] = set()
    for statement in body:
        parts: list[ast.AST] = [statement]
        targets: list[ast.expr] = []
        blocks: list[list[ast.stmt]] = []
        if isinstance(statement, ast.For):
            parts, targets = [statement.iter, *statement.orelse], [statement.target]
            blocks = [statement.body]
        elif isinstance(statement, ast.With):
            parts = [item.context_expr for item in statement.items]
            targets = [item.optional_vars for item in statement.items if item.optional_vars]
            blocks = [statement.body]
        elif isinstance(statement, ast.If | ast.While):
            parts, blocks = [statement.test], [statement.body, statement.orelse]
        for part in parts:
            found |= (loaded(ast.unparse(part)) | _named(part, ast.Del)) - own
        for target in targets:
            found |= _named(target, ast.Load) - own
        for block in blocks:
            inside = own.union(*(_named(target, ast.Store) for target in targets))
            found |= _reads(block, inside)
            if isinstance(statement, ast.With) and not SUPPRESSES.search(ast.unparse(statement)):
                own |= inside  # nothing in the other blocks is certain to happen
        own |= _certain(statement)
    return found


def _certain(statement: ast.stmt) -> set[str]:
    """Names that this statement has bound for certain when it ends."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Assign):
        return set().union(*(_named(target, ast.Store) for target in statement.targets))
    return set()


class _Bodiless(ast.NodeTransformer):
    """Takes the bodies of named functions away; any other lambda may be called at once."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            node.value.body = ast.Constant(None)
        return super().generic_visit(node)


def _named(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """Names that stand in it to be bound, read or deleted."""
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, context)}


def _bound(python: str) -> frozenset[str]:
    names = set()
    for table, top in _tables(python):
        for symbol in table.get_symbols():
            if not (symbol.is_assigned() or symbol.is_imported()):
                continue
            if top or symbol.is_declared_global():
                names.add(symbol.get_name())
    return frozenset(names)


def _tables(python: str) -> Iterator[tuple[symtable.SymbolTable, bool]]:
    """Every scope of the cell; the notebook's own namespace comes first, marked True."""
    try:
        top = symtable.symtable(python, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError):  # e.g. `return` outside a function
        return
    yield top, True
    waiting = list(top.get_children())
    while waiting:
        table = waiting.pop()
        yield table, False
        waiting.extend(table.get_children())
