"""Copies of a project in which MLflow is not asked again what it was asked before.

Each command corrects the paths in the database of MLflow where a project was moved. Other bytes of it, and the next night asks for the
champions once more, which takes longer than the night of a small project. What the correction changes is no part of the answer.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from riskmodel.base.files import sha256
from riskmodel.base.project import Project, load_project
from riskmodel.registry.home import DATABASE, follow_move, home
from riskmodel.registry.recorded_champions import ANSWER


def copied_project(source: Path, folder: Path) -> Project:
    """Copy a project into a new folder, with the answer that MLflow gave for its present database."""
    project = load_project(Path(shutil.copytree(source, folder)))
    database, answer = home(project) / DATABASE, home(project) / ANSWER
    if answer.exists():
        before = sha256(database.read_bytes())
        follow_move(project)
        text = answer.read_text(encoding="utf-8")
        answer.write_text(text.replace(before, sha256(database.read_bytes())), encoding="utf-8")
    return project
