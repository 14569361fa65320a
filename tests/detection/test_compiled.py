"""Kernels hand no number or truth value that is written out to other kernels: each would be compiled once more for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.worlds.simulated_county import ROOT

DECORATORS = {"kernel", "inlined"}


def kernels(path: Path) -> Iterator[ast.FunctionDef]:
    """The compiled functions of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) in DECORATORS for one in node.decorator_list):
            yield node


def written_out(kernel: ast.FunctionDef) -> set[str]:
    """The names that somewhere become a whole number or truth value that is written out."""
    found = set()
    for node in (one for one in ast.walk(kernel) if isinstance(one, ast.Assign)):
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            found |= {ast.unparse(name) for name, value in pairs if is_literal(value)}
    return found


def is_literal(value: ast.expr) -> bool:
    """Whether numba has a type for this value alone."""
    return isinstance(value, ast.Constant) and type(value.value) in (int, bool)


def handed_on(kernel: ast.FunctionDef, known: set[str]) -> Iterator[str]:
    """The calls of other kernels with such a value."""
    names = written_out(kernel)
    for node in ast.walk(kernel):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in known:
            for given in node.args:
                if is_literal(given) or ast.unparse(given) in names:
                    yield f"{kernel.name}: {ast.unparse(node)}"


def test_no_kernel_is_compiled_twice_for_a_literal() -> None:
    found = list(chain.from_iterable(map(kernels, sorted((ROOT / "riskmodel").rglob("*.py")))))
    assert len(found) > 50
    known = {kernel.name for kernel in found}
    assert list(chain.from_iterable(handed_on(kernel, known) for kernel in found)) == []


def test_the_ways_to_hand_a_literal_on_are_seen() -> None:
    code = (
        "@kernel\ndef one(n): pass\n@kernel\ndef two(a):\n    n, x = 0, 0.0\n    n += 1\n    one(n)\n    one(True)\n    one(x)\n"
    )
    _, two = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    assert list(handed_on(two, {"one"})) == ["two: one(n)", "two: one(True)"]
