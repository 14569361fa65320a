"""The page and the snapshot of the public names, from their signatures and docstrings (see ``generate.py``)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel

import riskmodel as rm
from riskmodel.asof.vocabulary.feature import Feature

GROUPS = {
    "Projects and records": (
        "quick", "QuickLook", "init", "NewProject", "load_project", "Project", "Kind", "ingest", "ingest_frame", "load_history", "History", "Places", "Coverage",
    ),
    "Features": ("load_features", "design", "Design", "Target", "Threads", "Processes", "Dask"),
    "Forecasts": ("load_experiment", "Experiment", "backtest", "BacktestResult", "compare", "train", "Bundle", "Scores"),
    "Plots": ("plot_map", "plot_residuals", "plot_reliability", "plot_pit", "plot_hits", "plot_over_time", "plot_ageing"),
    "What is unusual": (
        "surge", "SurgeReport", "Surge", "known_counts", "detect", "ears", "ForecastExcess", "forecast_series", "scan", "unusual",
    ),
    "Warning lists": (
        "warning_lists", "WarningList", "Policy", "walk_nights", "WalkedNights", "simulate_policies", "PolicySimulation", "write_policy_page",
        "warning_results", "WarningResults", "write_results_page",
    ),
    "The simulated county": ("init_county", "simulate", "CountySettings", "read_truth"),
    "Days and progress": ("to_day", "to_iso", "day_range", "progress_bar"),
    "Errors": ("RiskmodelError", "UsageError", "RefusedError", "StaleError"),
}  # fmt: skip
"""The public names by what a reader looks for; classes of features and names that stand in no group follow at the end."""

OF_FEATURES = "Classes of features"

HEAD = """# The Python API

<!-- Written by `make docs`; do not edit. -->

All names are reached by `import riskmodel as rm`, and loaded when they are first used. Names with a leading underscore, and modules, are not part
of it. [How it is versioned](api_versions.md).

A `DateLike` is a date in any of these forms: a text such as `"2024-01-02"`, a `date`, `datetime` or pandas `Timestamp` without a time zone, a numpy
`datetime64`, or a day number (days since 1970-01-01). Where a cell is named, its id is meant; columns `cell` of arrays hold numbers, positions in `places.ids`.

Examples are run by the tests. Besides `rm`, `np` (numpy) and `pd` (pandas) they use a small made-up city: `frame`, a table of calls, and `made`, the
`project` made from it; its `history`, `experiment` and `features`; the `result` of a backtest, a `bundle`, its `scores` and warning `lists`; and
`look`, the same without files. `signals` is a history of police calls, online complaints and residents' reports, and `report` what is unusual in it.
`county` is a simulated county, and `folder` an empty folder.
"""

HOOKS = {"html_frame", "key_faults", "value_faults", "model_config", "model_post_init"}
"""Methods that only the package itself calls."""

SECTION = re.compile(r"\n\n(Parameters|Attributes|Returns|Yields|Raises|Examples|Notes|References)\n-{3,}\n")


def groups() -> dict[str, tuple[str, ...]]:
    """The public names by group; what no group names stands under ``Further names``."""
    named = {name for names in GROUPS.values() for name in names}
    further = sorted(set(dir(rm)) - named)
    features = tuple(name for name in further if _is_feature(getattr(rm, name)))
    rest = tuple(name for name in further if name not in features)
    known = {title: tuple(name for name in names if name in dir(rm)) for title, names in GROUPS.items()}
    return known | {OF_FEATURES: features} | ({"Further names": rest} if rest else {})


def _is_feature(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Feature)


def api_page() -> str:
    """Every public name with its signature and docstring."""
    lines = [HEAD]
    for title, names in groups().items():
        lines += [f"## {title}", "", "| name | |", "|---|---|"]
        lines += [f"| [`{name}`](#{_anchor(name)}) | {inline(_summary(name))} |" for name in names]
        if title == OF_FEATURES:
            lines += [
                "",
                "Every class of features has these methods and properties. Below, a class lists only what it has in addition.",
            ]
            lines += _methods_table(Feature)
        for name in names:
            lines += [
                "",
                f"### {_heading(name)}",
                "",
                f"```text\n{_wrapped(name)}\n```",
                "",
                _markdown(inspect.getdoc(getattr(rm, name)) or ""),
            ]
            if isinstance(getattr(rm, name), type):
                lines += _methods_table(getattr(rm, name), {one for one, _ in _members(Feature)} if title == OF_FEATURES else ())
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def snapshot() -> str:
    """One line per public name, method and property, with its signature."""
    lines = []
    for name in sorted(dir(rm)):
        value = getattr(rm, name)
        lines.append(f"{name}{_signature(value)}")
        if isinstance(value, type):
            lines += [f"{name}.{member}{'' if isinstance(one, property) else _signature(one)}" for member, one in _members(value)]
    return "\n".join(lines) + "\n"


def _members(cls: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties of a class that the package defines, by name."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.partition(".")[0] == "riskmodel":
            found |= {name: one for name, one in vars(base).items() if not name.startswith("_") and name not in HOOKS}
    fields = getattr(cls, "__dataclass_fields__", {})
    for name, one in sorted(found.items()):
        inner = getattr(one, "__func__", one)
        if name not in fields and (inspect.isfunction(inner) or isinstance(one, property) or hasattr(one, "func")):
            yield name, one if isinstance(one, property) else property() if hasattr(one, "func") else inner


def _signature(value: Any) -> str:
    """Return the arguments with defaults and, of functions, with annotations as they are written."""
    arguments, returned = _arguments(value)
    return f"({', '.join(arguments)}){returned}"


def _arguments(value: Any) -> tuple[list[str], str]:
    """Return the arguments and the annotation of what is returned."""
    if isinstance(value, type) and issubclass(value, BaseModel):
        fields = value.model_fields.items()
        given = [name if one.is_required() else f"{name}={_default(one.default)}" for name, one in fields]
        return ["*", *given], ""
    if isinstance(value, type) and issubclass(value, Exception):
        return ["*args"], ""
    signature, found, starred = inspect.signature(value), [], False
    for name, one in signature.parameters.items():
        if name in ("self", "cls") or one.kind is one.POSITIONAL_ONLY and not found and name.startswith("_"):
            continue
        if one.kind is one.KEYWORD_ONLY and not starred:
            found.append("*")
        starred = starred or one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        note = "" if isinstance(value, type) or one.annotation is one.empty else f": {_annotation(one.annotation)}"
        equals = " = " if note else "="
        found.append(f"{stars}{name}{note}" + ("" if one.default is one.empty else equals + _default(one.default)))
    plain = isinstance(value, type) or signature.return_annotation is signature.empty
    return found, "" if plain else f" -> {_annotation(signature.return_annotation)}"


def _annotation(value: Any) -> str:
    return (value if isinstance(value, str) else inspect.formatannotation(value)).strip("\"'")


def _default(value: Any) -> str:
    """Return a default that reads the same on every machine."""
    return repr(value) if isinstance(value, (str, int, float, tuple, type(None))) else "…"


def _wrapped(name: str) -> str:
    """Return the signature of a name, one argument per line where it is long."""
    text = f"rm.{name}{_signature(getattr(rm, name))}"
    if len(text) <= 100:
        return text
    arguments, returned = _arguments(getattr(rm, name))
    return f"rm.{name}(\n" + "".join(f"    {one},\n" for one in arguments) + f"){returned}"


def _heading(name: str) -> str:
    return f"class {name}" if isinstance(getattr(rm, name), type) else f"{name}()"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w -]", "", _heading(name)).lower().replace(" ", "-")


def _summary(name: str) -> str:
    return (inspect.getdoc(getattr(rm, name)) or "").split("\n\n")[0].replace("\n", " ")


def _methods_table(cls: type, known: Collection[str] = ()) -> list[str]:
    """Return the methods of a class with their summaries as a table, without those that are known."""
    rows = []
    for name, one in _members(cls):
        if name in known:
            continue
        summary = (inspect.getdoc(getattr(cls, name, one)) or "").split("\n\n")[0].replace("\n", " ")
        brackets = "" if isinstance(one, property) else "()"
        rows.append(f"| `{name}{brackets}` | {inline(summary)} |")
    return ["", "| method or property | |", "|---|---|", *rows] if rows else []


def inline(text: str) -> str:
    """Return a text of a docstring as Markdown."""
    text = re.sub(r":\w+:`~?([^`]*)`", lambda found: f"`{found[1].removeprefix('riskmodel.')}`", text)
    return (
        text.replace("``", "`").replace("|", "\\|").replace("<", "&lt;")
        if "`" not in text
        else _between_code(text.replace("``", "`"))
    )


def _between_code(text: str) -> str:
    parts = text.split("`")
    return "`".join(part if number % 2 else part.replace("|", "\\|").replace("<", "&lt;") for number, part in enumerate(parts))


def _markdown(docstring: str) -> str:
    """Return a numpy docstring as Markdown: text, lists of parameters and errors, and the example as code."""
    head, *sections = SECTION.split("\n\n" + docstring)
    found = [inline(head.strip())]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        found += [f"**{title}**", _example(body) if title == "Examples" else _items(body)]
    return "\n\n".join(found)


def _items(body: str) -> str:
    """Return the entries of a section as a list, or its text where it has none."""
    if not re.search(r"^\S.*\n    ", body, flags=re.MULTILINE):
        return inline(body.strip())
    return inline(re.sub(r"^(\S.*)\n    ", r"- `\1`: ", body.strip(), flags=re.MULTILINE).replace("\n    ", "\n  "))


def _example(body: str) -> str:
    """Return an example, with the text between its lines as text."""
    parts = re.split(r"\n\n", inspect.cleandoc(body))
    return "\n\n".join(f"```pycon\n{part}\n```" if part.lstrip().startswith(">>>") else inline(part) for part in parts)
