"""The texts of the errors that modules raise, read from their source: each `{…}` in one is a number here."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from custody.core import errors

ROOT = Path(__file__).parents[2]
CLASSES = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.CustodyError)}
_IN_ORDER = ("kind", "message", "index", "expected", "got")
"""The members of a `Fault`."""


class Raised(NamedTuple):
    """`part`: message, expected, got or remedy; `text` is None where it is not written there."""

    where: str
    part: str
    text: str | None


def raised_in(path: Path) -> Iterator[Raised]:
    """What a module says in its errors and faults."""
    module = ast.parse(path.read_text())
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    named = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in functions:
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                for part, value in _parts(call, call.func.id):
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    given = named.get(value.id, value) if isinstance(value, ast.Name) else value
                    for text in _texts(given, function, functions):
                        yield Raised(where, part, text)


def _parts(call: ast.Call, name: str) -> Iterator[tuple[str, ast.expr]]:
    if name not in CLASSES | {"Fault", "_check_root"} or not call.args:
        return
    yield from zip(_IN_ORDER if name == "Fault" else ["message"], call.args, strict=False)
    yield from ((word.arg, word.value) for word in call.keywords if word.arg is not None)


def _texts(value: ast.expr, function: ast.FunctionDef, functions: list[ast.FunctionDef]) -> list[str | None]:
    match value:
        case ast.Constant(value=text):
            return [text] if isinstance(text, str) else []
        case ast.JoinedStr(values=pieces):
            return ["".join(str(piece.value) if isinstance(piece, ast.Constant) else "7" for piece in pieces)]
        case ast.IfExp(body=one, orelse=other):
            return _texts(one, function, functions) + _texts(other, function, functions)
        case ast.Name(id=name):
            given = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign) and _is(node, name)]
            return [text for one in given for text in _texts(one, function, functions)] or [None]
        case ast.Call(func=ast.Name(id=name)):
            mine = [one for one in functions if one.name == name]
            given = [
                node.value for one in mine for node in ast.walk(one) if isinstance(node, ast.Return) and node.value
            ]
            return [text for one in given for text in _texts(one, mine[0], functions)] or [None]
        case _:
            return [None]


def _is(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def constants_in(path: Path) -> Iterator[str]:
    """Every text in a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
