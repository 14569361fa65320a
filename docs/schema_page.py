"""The page about the JSON of lists, from its JSON Schema (see ``generate.py``)."""

from __future__ import annotations

import re
from typing import Any

from api_reference import inline

HEAD = """# The JSON of a list

<!-- Written by `make docs`; do not edit. -->

Every list is written as JSON beside its page, served over HTTP ([HTTP](http.md)) and posted by webhooks. The schema is
[`warning_list.schema.json`](warning_list.schema.json) (JSON Schema 2020-12); this page is the same in words. Days are ISO dates, and texts hold
`zh` and `en`. New optional keys may be added in a minor version; [how it is versioned](api_versions.md).
"""


def schema_page(schema: dict[str, Any]) -> str:
    """Return the keys of a list and of its parts, a table for each."""
    lines = [HEAD, *_table("WarningList", schema)]
    for name, part in sorted(schema["$defs"].items()):
        if part.get("type") == "object":
            lines += _table(name, part)
    return "\n".join(lines).rstrip() + "\n"


def _table(name: str, part: dict[str, Any]) -> list[str]:
    """Return a section with the keys of an object."""
    text, meanings = _explained(part.get("description", ""))
    required = set(part.get("required", ()))
    rows = [
        f"| `{key}` | {_type(one)} | {'' if key in required else 'optional'} | {meanings.get(key, '')} |"
        for key, one in part.get("properties", {}).items()
    ]
    head = ["| key | type | | meaning |", "|---|---|---|---|"]
    if not meanings:  # the text above explains them
        head, rows = ["| key | type | |", "|---|---|---|"], [row.removesuffix("  |") for row in rows]
    return [f"## {name}", "", text, "", *head, *rows, ""]


def _explained(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring, and the meaning of each key."""
    head, _, given = docstring.partition("\n\nParameters\n")
    entries = re.findall(r"^(\S.*)\n((?:    .*\n?)+)", given.partition("\n\n")[0], flags=re.MULTILINE)
    found = {name.strip(): inline(" ".join(text.split())) for names, text in entries for name in names.split(",")}
    return inline(head), found


def _type(one: dict[str, Any]) -> str:
    """Return the type of a key in words."""
    if "$ref" in one:
        name = one["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})" if name != "Text" else "[Text](#text)"
    if "enum" in one or "const" in one:
        return ", ".join(f"`{value}`" for value in one.get("enum", [one.get("const")]))
    if "anyOf" in one:
        return " or ".join(_type(choice) for choice in one["anyOf"])
    if one.get("type") == "array":
        inner = one.get("items") or (one.get("prefixItems") or [{}])[0]
        return f"list of {_type(inner)}" if inner else "list"
    plain = str(one.get("type", "any"))
    return {"integer": "whole number", "null": "none", "object": "table", "boolean": "true or false"}.get(plain, plain)
