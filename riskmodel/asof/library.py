"""A project's feature definitions: small Python modules that hold values only, loaded by path."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.errors import UsageError, missing_file, unknown_name


@dataclass(frozen=True)
class Library:
    """The features of a project by name, and the names that each module defines."""

    features: dict[str, Feature]
    modules: dict[str, tuple[str, ...]]

    def choose(self, wanted: Iterable[str]) -> tuple[Feature, ...]:
        """The features of exact names; ``police.*`` stands for all that the module ``police`` defines.

        Raises
        ------
        UsageError
            If a name or module does not exist.
        """
        names: list[str] = []
        for entry in wanted:
            if entry.endswith(".*"):
                module = entry.removesuffix(".*")
                if module not in self.modules:
                    raise unknown_name("module of features", module, self.modules)
                names += self.modules[module]
            elif entry in self.features:
                names.append(entry)
            else:
                raise unknown_name("feature", entry, self.features)
        return tuple(self.features[name] for name in dict.fromkeys(names))


def load_features(folder: Path) -> Library:
    """All modules in ``folder``, in the order of files and of their ``FEATURES``.

    Raises
    ------
    UsageError
        If the folder is missing, a module holds more than a docstring, imports from ``riskmodel`` and assignments, has no
        ``FEATURES``, or two different features share a name.
    """
    if not folder.is_dir():
        raise missing_file("folder of features", folder, "Make it, with modules that export FEATURES, or run 'riskmodel init'.")
    modules = {path.stem: _load(path) for path in sorted(folder.glob("*.py"))}
    features = check_unique([feature for module in modules.values() for feature in module])
    names = {stem: tuple(feature.name for feature in module) for stem, module in modules.items()}
    return Library({feature.name: feature for feature in features}, names)


def _load(path: Path) -> list[Feature]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path.name))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UsageError(f"The feature module {path.name!r} is not valid Python: {error}. Correct it.") from None
    for at, statement in enumerate(tree.body):
        fault = _fault(statement, first=at == 0)
        if fault:
            raise UsageError(
                f"The feature module {path.name!r} holds {fault} in line {statement.lineno}. "
                "Feature modules hold values only: a docstring, imports from riskmodel, and assignments."
            )
    names: dict[str, Any] = {"__name__": f"features_{path.stem}"}
    exec(compile(tree, str(path.name), "exec"), names)  # values only, checked above
    features = names.get("FEATURES")
    if not isinstance(features, (tuple, list)) or not all(isinstance(feature, Feature) for feature in features):
        raise UsageError(f"The feature module {path.name!r} has no FEATURES, a tuple of features. Add it.")
    return list(features)


def _fault(statement: ast.stmt, first: bool) -> str | None:
    if first and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None
    if isinstance(statement, ast.ImportFrom):
        inside = statement.module == "__future__" or (statement.module or "").split(".")[0] == "riskmodel"
        return None if inside else "an import from outside riskmodel"
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return "a statement"
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
            return "a call of something other than a class of feature"
        if isinstance(node, (ast.Lambda, ast.Attribute, ast.Await, ast.Yield)):
            return "code"
    return None
