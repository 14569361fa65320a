"""Write the generated pages of docs/ (``make docs``): commands.md from the command line, features.md from features/,
vocabulary.md from the classes of feature, api.md and public_api.txt from the public names; warning_list.schema.json and warning_list.md from the class of lists.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from api_reference import api_page, snapshot
from schema_page import schema_page
from typer.main import get_command

from riskmodel.asof import vocabulary
from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.project import load_project
from riskmodel.base.texts import Text
from riskmodel.cli import app
from riskmodel.cli.app import EXIT_CODES, SHORT_CODES
from riskmodel.warning.warn.warning_list import json_schema

ROOT = Path(__file__).absolute().parent.parent
THEMES = {
    "How much": ("Count", "Rate", "ShrunkenRate", "Share", "Decay", "DecayedDays", "TimeSince", "SameSeason", "Nowcast"),
    "Searches": ("SearchedDays", "UnsearchedDays"),
    "Unusual, rising or lasting": ("Trend", "Surprise", "Excess", "Cusum", "AboveUsual", "Lead"),
    "Open states": ("State", "StateAge", "OpenSince", "Closed"),
    "Surroundings and groups": ("Nearby", "Smoothed", "Among", "Relative"),
    "The place and the calendar": (
        "PlaceFigure", "Weekday", "Harmonic", "Elapsed", "MonthDays", "HolidayDays", "NamedHoliday", "WorkedWeekends", "ToHoliday",
        "SinceHoliday", "SchoolTerm",
    ),
    "Computed from others": ("Ratio", "Difference", "Modulo", "Log1p", "Clip"),
}  # fmt: skip
"""The classes of feature by what an analyst asks."""


def commands_page() -> str:
    """Every command with its arguments, options and example, read off the command line itself."""
    group: Any = get_command(app)
    names = group.list_commands(None)
    lines = [
        "# Commands",
        "",
        "<!-- Written by `make docs`; do not edit. -->",
        "",
        f"{EXIT_CODES.removesuffix('.')}. Every command has `--help`.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{name}`](#{name.replace(' ', '-')}) | {_sentence(command)} |" for name, command in _leaves(group, names)),
        "",
        "## Options of every command",
        "",
        "They may stand before or after the command.",
        "",
        *_options(group.params),
    ]
    for name, command in _leaves(group, names):
        example = (command.epilog or "").removesuffix(SHORT_CODES).strip().removeprefix("Example: ").removesuffix(".")
        lines += ["", f"## {name}", "", _cell(" ".join((command.help or "").split())), ""]
        lines += [*_options(command.params), "", "```sh", example, "```"]
    return "\n".join(lines) + "\n"


def _leaves(group: Any, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Every command that does something; those of a group under the group's name and their own."""
    for name in names:
        command = group.commands[name]
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {sub}", inner[sub]) for sub in sorted(inner))


def features_page() -> str:
    """Every feature of the county, a table a module of features/."""
    project = load_project(ROOT)
    library = load_features(project)
    kinds = project.table.kinds
    lines = [
        "# The county's features",
        "",
        "<!-- Written by `make docs`; do not edit. -->",
        "",
        f"{len(library.features)} features, defined in `features/`. An experiment names them one by one, or as `module.*`.",
        "The meaning is the sentence that a warning quotes: `{value}` is the cell's figure at the as-of date, `{usual}` the mean",
        "over the rows that the model learned from. How a class of feature counts stands in [vocabulary.md](vocabulary.md).",
    ]
    for module, names in library.modules.items():
        source = (ROOT / "features" / f"{module}.py").read_text(encoding="utf-8")
        lines += ["", f"## {module}", "", ast.get_docstring(ast.parse(source)) or "", ""]
        lines += ["| feature | family | unit | meaning (zh) | meaning (en) |", "|---|---|---|---|---|"]
        for name in names:
            feature = library.features[name]
            meaning: Text = feature.meaning(kinds)
            lines.append(f"| `{name}` | {feature.family(kinds)} | {feature.unit} | {_cell(meaning.zh)} | {_cell(meaning.en)} |")
    return "\n".join(lines) + "\n"


def vocabulary_page() -> str:
    """Every class of feature with its parameters, by theme."""
    lines = [
        "# The vocabulary",
        "",
        "<!-- Written by `make docs`; do not edit. -->",
        "",
        "The classes that `features/` is written in: `from riskmodel.asof.vocabulary import Count`. `kinds` is a kind, several, or a",
        "kind group of `riskmodel.toml`. `over` states whose records count: `cell`, `neighbours` (the first ring), `ring2` (the second),",
        "`county`, or a grouping of the project such as `town`. Windows are whole days; a window over a gap of a source is missing, not 0.",
    ]
    for theme, names in THEMES.items():
        lines += ["", f"## {theme}"]
        for name in names:
            cls = getattr(vocabulary, name)
            fields = ", ".join(field.name + _given(field) for field in dataclasses.fields(cls))
            lines += ["", f"**`{name}({fields})`**", "", _definition(cls)]
    return "\n".join(lines) + "\n"


def _definition(cls: type) -> str:
    """Return the docstring of a class as Markdown: text, then the parameters as a list; examples are left out."""
    head, *sections = re.split(r"\n\n(Parameters|Raises|Examples)\n-+\n", inspect.cleandoc(cls.__doc__ or ""))
    given = dict(zip(sections[::2], sections[1::2], strict=True)).get("Parameters", "")
    items = re.sub(r"^(\S.*)\n    ", r"- `\1`: ", given, flags=re.MULTILINE)
    items = re.sub(
        r"^- `(kinds|over)`: (A kind, several, or a kind group|Whose records count: .*)\.(\n|$)", "", items, flags=re.MULTILINE
    )
    return f"{head}\n\n{items}".rstrip().replace("``", "`").replace(":class:", "")


def _given(field: Any) -> str:
    return "" if field.default is dataclasses.MISSING else f"={field.default!r}"


def themeless() -> set[str]:
    """Classes of feature that no theme names, and names in a theme that are no class."""
    there = {name for name in vocabulary.__all__ if name != "Feature" and _is_feature(getattr(vocabulary, name))}
    return there ^ {name for names in THEMES.values() for name in names}


def _is_feature(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Feature)


def _sentence(command: Any) -> str:
    return _cell((command.help or "").split("\n\n")[0].replace("\n", " ").strip())


def _options(parameters: list[Any]) -> list[str]:
    rows = []
    for parameter in parameters:
        if getattr(parameter, "hidden", False):
            continue
        metavar = getattr(parameter, "metavar", None) or ""
        if parameter.param_type_name == "argument":
            called, default = f"`{metavar or parameter.name}`", "required" if parameter.required else ""
        else:
            words = (*parameter.opts, *parameter.secondary_opts)
            value = "" if parameter.is_flag else f" {metavar or 'VALUE'}"
            called, default = ", ".join(f"`{word}{value}`" for word in words), _default(parameter)
        rows.append(f"| {called} | {_cell(parameter.help or '')} | {default} |")
    return ["| argument or option | meaning | default |", "|---|---|---|", *rows]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if isinstance(value, Path):
        variable = f", or the environment variable `{parameter.envvar}`" if parameter.envvar else ""
        return f"`{value.as_posix()}`{variable}"
    if isinstance(value, bool):
        return f"`{parameter.opts[0]}`" if value and parameter.secondary_opts else ""
    return "" if value in (None, "", ()) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def list_schema() -> str:
    """The JSON Schema of lists as JSON."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "commands.md": commands_page,
    "features.md": features_page,
    "vocabulary.md": vocabulary_page,
    "public_api.txt": snapshot,
    "warning_list.md": lambda: schema_page(json_schema()),
    "warning_list.schema.json": list_schema,
}
"""Generated pages by file name."""


def main() -> None:
    """Write every page beside this file."""
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
