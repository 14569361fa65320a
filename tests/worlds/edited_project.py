"""A project whose riskmodel.toml was edited."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.project import Project, load_project


def edited(folder: Path, *changes: tuple[str, str]) -> Project:
    """Replace texts in a project's riskmodel.toml, each of which must be there, and load the project."""
    path = folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load_project(folder)
