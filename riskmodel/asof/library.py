"""Feature definitions of a project: Python modules that hold values only."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.asof import vocabulary
from riskmodel.asof.vocabulary import Feature, KindGroup, check_unique
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import RiskmodelError, UsageError, missing_file, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project, ProjectTable
from riskmodel.base.shown_texts import as_clause


@dataclass(frozen=True)
class Library(HtmlCard):
    """Features of a project by name, and names by module."""

    features: dict[str, Feature]
    modules: dict[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"<Library: {counted(len(self.features), 'feature')} in {counted(len(self.modules), 'module')}>"

    def choose(self, wanted: Iterable[str]) -> tuple[Feature, ...]:
        """Return features by name; ``police.*`` stands for the module ``police``.

        Names are compared whole.

        Raises
        ------
        UsageError
            If a name or module does not exist.
        """
        names: list[str] = []
        for entry in names_argument(wanted, "wanted", "Library.choose"):
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


@checked(where="Project | Path | str")
def load_features(where: Project | Path | str) -> Library:
    """Load all feature modules of a project, or of a folder.

    They stand in ``features/``, in the order of files and of their ``FEATURES``. Of a project the kinds are checked, and the name of
    a kind group becomes the group; a project without the folder has no features. A folder by itself has no groups.

    Parameters
    ----------
    where
        A project, or a folder that holds feature modules.

    Returns
    -------
    Library
        Features by name, and names by module; ``choose`` gives those of an experiment.

    Raises
    ------
    UsageError
        If a folder is given and missing, a module holds more than a docstring, imports from the vocabulary and assignments of
        values and features, has no ``FEATURES`` or names no kind of the project, or two different features share a name.

    Examples
    --------
    >>> library = rm.load_features(project)
    >>> library
    <Library: 11 features in 1 module>
    >>> len(library.choose(["signals.*"]))
    11
    """
    project = None if isinstance(where, (Path, str)) else where
    folder = Path(where) if isinstance(where, (Path, str)) else where.folder / "features"
    if project is None and not folder.is_dir():
        raise missing_file(
            "folder of features", folder, "Make it, with modules that export FEATURES, or run 'riskmodel init DIR --from FILE'."
        )
    modules = {path.stem: _load(path, project) for path in sorted(folder.glob("*.py"))}
    features = check_unique([feature for module in modules.values() for feature in module])
    names = {stem: tuple(feature.name for feature in module) for stem, module in modules.items()}
    return Library({feature.name: feature for feature in features}, names)


def kinds_of(table: ProjectTable, *names: str) -> tuple[str, ...]:
    """Return kinds of a project, for features that are written in Python.

    The name of a kind group alone gives the group, if it has a label; among other names it stands for its kinds.

    Raises
    ------
    UsageError
        If there is no kind or kind group of a name, or a kind is named twice.
    """
    return _with_groups(names, table)


def _with_groups(kinds: tuple[str, ...], table: ProjectTable) -> tuple[str, ...]:
    """Return the kinds, with the kind groups among them resolved."""
    found = table.expanded(kinds)
    if isinstance(kinds, KindGroup):
        return KindGroup(kinds.name, found, kinds.zh, kinds.en)
    group = table.kind_groups.get(kinds[0]) if len(kinds) == 1 else None
    return found if group is None or group.labels is None else KindGroup(kinds[0], found, **group.labels)


def _load(path: Path, project: Project | None) -> list[Feature]:
    """Return the features of a module, with kind groups resolved."""
    features = _executed(path, _checked(path)).get("FEATURES")
    if not isinstance(features, (tuple, list)) or not all(isinstance(feature, Feature) for feature in features):
        raise UsageError(f"The feature module {path.name!r} has no FEATURES, a tuple of features. Add it.")
    if project is None:
        return list(features)
    table = project.table
    try:
        return [feature.with_kinds(lambda kinds: _with_groups(kinds, table)) for feature in features]
    except UsageError as error:
        raise UsageError(f"In the feature module {path.name!r}: {error}") from None


def _checked(path: Path) -> ast.Module:
    """Return the syntax tree of a module that holds values only."""
    content = path.read_bytes()
    try:
        tree = ast.parse(content.decode("utf-8-sig"), str(path.name))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"Line {line} of the feature module {path.name!r} is not UTF-8. Save the file as UTF-8, or correct that line."
        ) from None
    except SyntaxError as error:
        raise UsageError(f"The feature module {path.name!r} is not valid Python: {as_clause(error)}. Correct it.") from None
    imported: set[str] = set()
    for at, statement in enumerate(tree.body):
        fault = _fault(statement, imported, first=at == 0)
        if fault:
            raise UsageError(
                f"The feature module {path.name!r} holds {fault} in line {statement.lineno}. Feature modules hold values only: "
                f"a docstring, imports from {_VOCABULARY}, and assignments."
            )
    return tree


def _executed(path: Path, tree: ast.Module) -> dict[str, Any]:
    """Return the names that a checked module defines."""
    names: dict[str, Any] = {"__name__": f"features_{path.stem}", "__builtins__": _BUILTINS}
    try:
        exec(compile(tree, str(path.name), "exec"), names)  # values only, checked above
    except RiskmodelError as error:
        raise type(error)(f"In the feature module {path.name!r}: {error}") from None
    except Exception as error:
        raise UsageError(
            f"The feature module {path.name!r} cannot be read: {type(error).__name__}: {as_clause(error)}. Correct it."
        ) from None
    return names


_VOCABULARY = "riskmodel.asof.vocabulary"
_BUILTINS = {"__import__": __import__, "tuple": tuple, "list": list, "dict": dict, "str": str, "int": int, "float": float}
"""Names that imports and annotations need."""
_VALUES = (
    ast.Assign, ast.AnnAssign, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Starred,
    ast.Call, ast.keyword, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Subscript, ast.ListComp, ast.GeneratorExp,
    ast.comprehension,
)  # fmt: skip
"""Syntax that values may use. Only classes of features may be called; no attribute is read, no function defined."""


def _fault(statement: ast.stmt, imported: set[str], first: bool) -> str | None:
    """Return the fault of a statement, or None.

    Names that it imports are added to ``imported``.
    """
    if first and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None
    if isinstance(statement, ast.ImportFrom):
        if statement.level == 0 and statement.module == "__future__":
            return None
        if (
            statement.level
            or statement.module != _VOCABULARY
            or any(name.name not in vocabulary.__all__ for name in statement.names)
        ):
            return f"an import of something other than the classes of {_VOCABULARY}"
        imported |= {name.asname or name.name for name in statement.names}
        return None
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return "a statement"
    for node in ast.walk(statement):
        if not isinstance(node, _VALUES):
            return "code"
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in imported):
            return "a call of something other than a class of feature"
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and (node.id in imported or node.id.startswith("__")):
            return f"an assignment to {node.id!r}"
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            return "an assignment to a part of a value"
    return None
