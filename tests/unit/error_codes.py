"""Collects every error code that the program can make, with its parameters, from the syntax trees of all rooms.

It looks where an error, a field's error or a complaint is made, and follows helpers that hand a code on, constants,
conditions and functions that return a code. What it cannot read it refuses, so that no code slips through.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from indexer.mapping import MadeBy
from kaart.store.rows import MAIN

BASE = "kaart.errors.KaartError"

#: What beside errors holds a code: the position and name of the code, and those of its parameters (a tuple of pairs),
#: or the parameters themselves.
HOLDERS: dict[str, tuple[int, str, tuple[int, str] | frozenset[str]]] = {
    "kaart.errors.FieldError": (1, "code", (2, "parameters")),
    "kaart.editorial.problems.Problem": (3, "message_code", (4, "parameters")),
    "data_sources.ingest.Rejected": (1, "code", frozenset()),
    "data_sources.adapters.areas.Rejected": (1, "code", frozenset({"value"})),
    "indexer.backends.embedded.writer.WriterState": (1, "rebuild", frozenset()),
    "indexer.drain.TargetReport": (6, "stopped", frozenset()),
    "kaart.domain.search.IndexStatus": (8, "detail", frozenset()),
}
#: Functions whose answer is itself a code.
ANSWERS = frozenset({"needs_rebuild"})
#: Codes that are put together, by the f-string with its holes empty.
COMPOSED = {
    "{}_unknown": frozenset(f"{kind.value}_unknown" for kind in MAIN),
    "index_other_{}": frozenset(f"index_other_{each.name}" for each in fields(MadeBy)),
}
#: An attribute of this name is the code of an error that was made elsewhere.
HANDED_ON = frozenset({"code", "detail", "rebuild", "stopped", "message_code", "needs_rebuild"})
CONTAINERS = frozenset({*dir(set), *dir(list), *dir(dict)})

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class UnreadableError(Exception):
    """The collector does not understand how a code is made: teach it, or write the code plainly."""


@dataclass
class Module:
    """One file: what its names mean."""

    name: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
            elif isinstance(node, ast.Import):
                self.names.update({each.asname: each.name for each in node.names if each.asname})
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                self.names[node.name] = f"{self.name}.{node.name}"
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        self.names[target.id] = f"{self.name}.{target.id}"
                        self.constants[target.id] = node.value

    def dotted(self, node: ast.expr) -> str:
        """The full name of what stands here, as far as the file tells."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute) and (left := self.dotted(node.value)):
            return f"{left}.{node.attr}"
        return ""


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its module, its functions from outside in, its class."""

    module: Module
    functions: tuple[Function, ...] = ()
    owner: ast.ClassDef | None = None


@dataclass(frozen=True)
class Given:
    """The parameters that a place gives; `rest`: also whatever its function was called with by name."""

    names: frozenset[str] = frozenset()
    rest: bool = False


@dataclass(frozen=True)
class Helper:
    """A function that hands the code in its argument on."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    position: int
    name: str
    given: Given


def positional(function: Function) -> list[str]:
    """The names of the positional arguments."""
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def arguments(function: Function) -> set[str]:
    """The names of all arguments but the one that takes the rest."""
    return {*positional(function), *(each.arg for each in function.args.kwonlyargs)}


def named(function: Function) -> set[str]:
    """The arguments that a call may give by name: any other name goes to the rest."""
    return arguments(function) - {each.arg for each in function.args.posonlyargs}


def within(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions inside it."""
    todo: list[ast.AST] = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo.extend(ast.iter_child_nodes(node))


def assigned(function: Function, name: str) -> list[ast.expr]:
    """What a local name is set to."""
    found = []
    for node in within(function):
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            targets = [node.target]
        else:
            continue
        if node.value and any(isinstance(each, ast.Name) and each.id == name for each in targets):
            found.append(node.value)
    return found


class Collector:
    """Reads files; `codes` gives, for each code, what each place that makes it gives as parameters."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.modules = {name: Module(name, ast.parse(text)) for name, text in sources.items()}
        self.calls: list[tuple[ast.Call, Scope]] = []
        self.functions: dict[str, tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope]] = {}
        self.methods: dict[str, int] = defaultdict(int)
        self.classes: dict[str, tuple[ast.ClassDef, Module]] = {}
        self.answers: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Scope]] = []
        for module in self.modules.values():
            self._visit(module.tree, Scope(module))
        self.errors = self._error_classes()
        self.helpers: dict[tuple[int, str, Given], Helper] = {}
        self.codes: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        self._collect()

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        for below in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(below, ast.ClassDef):
                self.classes[f"{scope.module.name}.{below.name}"] = (below, scope.module)
                inner = Scope(scope.module, scope.functions, below)
            elif isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = Scope(scope.module, (*scope.functions, below), scope.owner)
                if scope.owner and not scope.functions:
                    self.methods[below.name] += 1
                else:
                    self.functions[f"{scope.module.name}.{below.name}"] = (below, inner)
                if below.name in ANSWERS:
                    self.answers.append((below, inner))
            elif isinstance(below, ast.Lambda):
                inner = Scope(scope.module, (*scope.functions, below), scope.owner)
            elif isinstance(below, ast.Call):
                self.calls.append((below, scope))
            self._visit(below, inner)

    def _error_classes(self) -> set[str]:
        found, before = {BASE}, 0
        while len(found) > before:
            before = len(found)
            for name, (node, module) in self.classes.items():
                if any(module.dotted(base) in found for base in node.bases):
                    found.add(name)
        return found

    def _collect(self) -> None:
        before = -1
        while len(self.helpers) > before:  # a helper may call a helper
            before = len(self.helpers)
            self.codes.clear()
            for call, scope in self.calls:
                self._call(call, scope)
        for function, scope in self.answers:
            for code in self._returned(function, scope):
                self.codes[code].append((f"{scope.module.name}:{function.lineno}", frozenset()))

    def _call(self, call: ast.Call, scope: Scope) -> None:
        name = scope.module.dotted(call.func)
        if _is_call_of_base(call) and scope.owner:
            own = f"{scope.module.name}.{scope.owner.name}"
            if own in self.errors and own != BASE:
                self._error(call, scope)
        elif name in self.errors and not self._has_own_making(name):
            self._error(call, scope)
        elif name in HOLDERS:
            position, keyword, told = HOLDERS[name]
            code = _argument(call, position, keyword)
            given = Given(told) if isinstance(told, frozenset) else self._pairs(_argument(call, *told), scope)
            self._note(call, scope, code, given)
        elif name == "dataclasses.replace":
            for each in call.keywords:
                if each.arg in HANDED_ON - {"code"}:
                    self._note(call, scope, each.value, Given())
        for helper in list(self.helpers.values()):
            if self._is_call_of(call, helper, name):
                self._through(call, scope, helper)

    def _has_own_making(self, name: str) -> bool:
        """Whether this class fixes its code itself, so that its first argument is none."""
        body = self.classes[name][0].body
        return name != BASE and any(isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in body)

    def _error(self, call: ast.Call, scope: Scope) -> None:
        rest = False
        names = set()
        for keyword in call.keywords:
            if keyword.arg is None:
                if not self._is_rest(keyword.value, scope):
                    raise UnreadableError(f"{_place(call, scope)}: which parameters?")
                rest = True
            elif keyword.arg not in {"fields", "code"}:
                names.add(keyword.arg)
        self._note(call, scope, _argument(call, 0, "code"), Given(frozenset(names), rest))

    def _is_call_of(self, call: ast.Call, helper: Helper, name: str) -> bool:
        owner = helper.scope.owner
        if owner is None or len(helper.scope.functions) > 1:
            return name == f"{helper.scope.module.name}.{helper.function.name}"
        if helper.function.name == "__init__":
            return name == f"{helper.scope.module.name}.{owner.name}"
        if not isinstance(call.func, ast.Attribute) or call.func.attr != helper.function.name:
            return False
        same = sum(each.function.name == helper.function.name for each in self.helpers.values())
        if helper.function.name not in CONTAINERS and same >= self.methods[helper.function.name]:
            return True
        receiver = call.func.value
        last = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
        return last.strip("_") == owner.name.lower()

    def _through(self, call: ast.Call, scope: Scope, helper: Helper) -> None:
        code = _argument(call, helper.position, helper.name)
        names = set(helper.given.names)
        if helper.given.rest:
            names |= {each.arg for each in call.keywords if each.arg and each.arg not in named(helper.function)}
        rest = helper.given.rest and any(
            each.arg is None and self._is_rest(each.value, scope) for each in call.keywords
        )
        self._note(call, scope, code, Given(frozenset(names), rest))

    def _note(self, call: ast.Call, scope: Scope, code: ast.expr | None, given: Given | None) -> None:
        if code is None:
            return
        own = scope.functions[-1] if scope.functions else None
        if isinstance(code, ast.Name) and isinstance(own, ast.FunctionDef) and code.id in arguments(own):
            if given is None:
                raise UnreadableError(f"{_place(call, scope)}: which parameters?")
            names = positional(own)[1 if scope.owner and len(scope.functions) == 1 else 0 :]
            position = names.index(code.id) if code.id in names else len(names)
            self.helpers[id(own), code.id, given] = Helper(own, scope, position, code.id, given)
            return
        for each in self._codes(code, scope):
            if given is None or given.rest:
                raise UnreadableError(f"{_place(call, scope)}: which parameters has {each}?")
            self.codes[each].append((_place(call, scope), given.names))

    def _codes(self, node: ast.expr, scope: Scope) -> set[str]:
        """Every code that this expression can be; none for one that was made elsewhere or is empty."""
        found: set[str] | None = None
        match node:
            case ast.Constant(value=str() | None as value):
                found = {value} if value else set()
            case ast.IfExp() | ast.BoolOp():
                parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
                found = self._of_each(parts, scope)
            case ast.JoinedStr(values=values):
                pattern = "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values)
                found = set(COMPOSED[pattern]) if pattern in COMPOSED else None
            case ast.Attribute(attr=name) if name in HANDED_ON:
                found = set()
            case ast.Name() | ast.Attribute():
                found = self._named(node, scope)
            case ast.Call(func=called) if function := self.functions.get(scope.module.dotted(called)):
                found = self._returned(*function)
        if found is None:
            raise UnreadableError(f"{_place(node, scope)}: which code is {ast.unparse(node)}?")
        return found

    def _of_each(self, nodes: list[ast.expr], scope: Scope) -> set[str]:
        return {code for each in nodes for code in self._codes(each, scope)}

    def _named(self, node: ast.Name | ast.Attribute, scope: Scope) -> set[str] | None:
        """The codes of a local name or a constant; None for any other name."""
        for function in reversed(scope.functions):
            if isinstance(node, ast.Name) and (found := assigned(function, node.id)):
                return self._of_each(found, scope)
        name, _, constant = scope.module.dotted(node).rpartition(".")
        module = self.modules.get(name)
        return (
            self._codes(module.constants[constant], Scope(module)) if module and constant in module.constants else None
        )

    def _returned(self, function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> set[str]:
        found = [each.value for each in within(function) if isinstance(each, ast.Return) and each.value]
        return self._of_each(found, scope)

    def _is_rest(self, node: ast.expr, scope: Scope) -> bool:
        own = scope.functions[-1].args.kwarg if scope.functions else None
        return own is not None and any(isinstance(each, ast.Name) and each.id == own.arg for each in ast.walk(node))

    def _pairs(self, node: ast.expr | None, scope: Scope) -> Given | None:
        """The names in ``(("age", …), …)``; None when they cannot be read."""
        if isinstance(node, ast.Name) and scope.functions and (found := assigned(scope.functions[-1], node.id)):
            node = found[0]
        if node is None:
            return Given()
        if isinstance(node, ast.Tuple):
            names = [each.elts[0] for each in node.elts if isinstance(each, ast.Tuple) and each.elts]
            if len(names) == len(node.elts) and all(isinstance(each, ast.Constant) for each in names):
                return Given(frozenset(str(each.value) for each in names if isinstance(each, ast.Constant)))
        return Given(rest=True) if self._is_rest(node, scope) else None


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if position < len(call.args) and not any(isinstance(each, ast.Starred) for each in call.args[: position + 1]):
        return call.args[position]
    return next((each.value for each in call.keywords if each.arg == name), None)


def _place(node: ast.expr, scope: Scope) -> str:
    return f"{scope.module.name}:{node.lineno}"


def _is_call_of_base(call: ast.Call) -> bool:
    """Whether this is ``super().__init__(…)``."""
    match call.func:
        case ast.Attribute(attr="__init__", value=ast.Call(func=ast.Name(id="super"))):
            return True
    return False
