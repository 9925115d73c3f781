"""Which functions of the core change something: found in the source, by what they call.

A function changes something if it calls a primitive that writes, removes, renames or ends a process, or a function
that does. What is called is told by its name; of a method whose name is also that of a list, a set or a thread, by the
name of what it is called on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mnist_core.paths import PROJECT

_PRIMITIVES = {
    *("write_atomically", "write_text", "write_bytes", "touch", "mkdir", "rmdir", "rmtree", "unlink", "rename"),
    *("symlink_to", "hardlink_to", "copyfileobj", "copytree", "truncate", "utime", "chmod"),
    *("Popen", "kill", "terminate", "send_signal"),
}
_OF_THE_SYSTEM = {"replace", "remove", "write", "copy", "copy2", "move"}
"""Primitives of `os` and `shutil` whose names methods of texts, lists and arrays have, too."""
_COMMON = {"add", "append", "close", "extend", "join", "put", "read", "remove", "repeat", "start", "stop", "end", "run"}
_COMMON |= {"acquire"}
"""Names of methods that texts, lists, sets, files, threads, locks and arrays have, too."""


@dataclass(frozen=True)
class Function:
    """A function or a method as it stands in the source."""

    name: str
    """module.function or module.Class.method, without "mnist_core."."""
    node: ast.FunctionDef

    @property
    def is_public(self) -> bool:
        return not any(part.startswith("_") and part != "__init__" for part in self.name.split("."))

    @property
    def takes_an_asker(self) -> bool:
        """Whether it has to be told by keyword who asks, and looks at it or hands it on."""
        keywords = zip(self.node.args.kwonlyargs, self.node.args.kw_defaults, strict=True)
        required = any(argument.arg == "asker" and default is None for argument, default in keywords)
        used = any(isinstance(n, ast.Name) and n.id == "asker" for part in self.node.body for n in ast.walk(part))
        return required and used


def functions(packages: list[str]) -> list[Function]:
    """Return all functions and methods of some packages of the core."""
    paths = [path for package in packages for path in sorted((PROJECT / "mnist_core" / package).glob("*.py"))]
    return [found for path in paths for found in _functions_of(path)]


def _functions_of(path: Path) -> Iterator[Function]:
    module = ".".join(path.relative_to(PROJECT / "mnist_core").with_suffix("").parts)

    def walk(node: ast.AST, name: str) -> Iterator[Function]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from walk(child, f"{name}.{child.name}")
            elif isinstance(child, ast.FunctionDef):
                yield Function(f"{name}.{child.name}", child)

    yield from walk(ast.parse(path.read_text()), module)


def changing(found: list[Function]) -> set[str]:
    """Return the names of those functions that change something."""
    changes: set[str] = set()
    while True:
        new = {one.name for one in found if one.name not in changes and _changes(one, changes)}
        if not new:
            return changes
        changes |= new


def _changes(function: Function, known: set[str]) -> bool:
    calls = [node for node in ast.walk(function.node) if isinstance(node, ast.Call)]
    return any(_writes(call) or _calls(call, function, known) for call in calls)


def _writes(call: ast.Call) -> bool:
    name, on = _called(call)
    if name == "open":
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return any(isinstance(a, ast.Constant) and str(a.value) in _MODES for a in given)
    return name in _PRIMITIVES or (name in _OF_THE_SYSTEM and on in ("os", "shutil"))


_MODES = {letter + rest for letter in "wax" for rest in ("", "b", "+", "b+", "t")} | {"r+", "rb+", "r+b"}


def _calls(call: ast.Call, function: Function, known: set[str]) -> bool:
    name, on = _called(call)
    module, own_class = function.name.split(".")[:-1], function.name.rpartition(".")[0]
    for one in known:
        *path, last = one.split(".")
        if last == "__init__" and path[-1] == name:
            return True
        if last != name or (name.startswith("_") and path[: len(module)] != module[: len(path)]):
            continue  # what is private is called within its module alone
        is_method = path[-1][:1].isupper() or path[-1].startswith("_")
        if not is_method:
            if on in ("", path[-1]) and (name not in _COMMON or on == path[-1] or path == module):
                return True
        elif on == "":  # what is called by its bare name is a function, perhaps one within this one
            continue
        elif on == "self":
            if own_class == ".".join(path):
                return True
        elif name not in _COMMON or (len(on) > 2 and on.strip("_").lower() in path[-1].lower()):
            return True
    return False


def _called(call: ast.Call) -> tuple[str, str]:
    """Return the name of what is called and the last name of what it is called on: "stop" and "jobs"."""
    if isinstance(call.func, ast.Name):
        return call.func.id, ""
    if not isinstance(call.func, ast.Attribute):
        return "", ""
    value = call.func.value
    if isinstance(value, ast.Call):
        value = value.func
    on = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else "-"
    return call.func.attr, on
