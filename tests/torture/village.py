"""The project that is tortured: a hamlet with a delivered night, a draft and a choice of channels, prepared once and copied for each seed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from riskmodel.base.files import canonical_json
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import StoredList
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import approval, night, night_plan, outbox_files, output_steps, stored_pages
from riskmodel.operations.nightly.night_steps import NightProgress, Step
from riskmodel.records import places_file
from riskmodel.warning import WarningList
from riskmodel.warning.formats import FORMATS
from tests.faults.ready_project import run_command
from tests.torture.disk import Image, image_of
from tests.worlds.hamlet import make_hamlet

FIRST, SECOND = "2024-05-29", "2024-05-30"
"""The night that was delivered and the one that has drafts."""

CENTRES = ("east", "west")

SETTINGS = """
[kinds.visit]
family = "outcome"
zh = "已走访"
en = "visited"
discretionary = true

[[sources]]
name = "answers"
answers = true
kind = "visit"

[warnings]
grouping = "centre"
split = { thefts = 1.0 }
language = "en"
"""

CHANNELS = {
    "drop": 'type = "drop"\nname = "drop"\nfolder = "drop"\n',
    "feed": 'type = "feed"\nname = "feed"\nfolder = "feed"\n',
    "webhook": 'type = "webhook"\nname = "hook"\nurl = "http://lists.example.org/in"\nhosts = ["lists.example.org"]\n'
    'private = ["10.0.0.0/8"]\nsecret = "HOOK_SECRET"\n',
    "email": 'type = "email"\nname = "mail"\nhost = "mail.example.org"\nsender = "lists@example.org"\n'
    'receivers = ["east@example.org"]\ncentres = ["east"]\n',
}
"""The tables of the channels that a seed may choose, by type."""

NAMES = {"drop": "drop", "feed": "feed", "webhook": "hook", "email": "mail"}
"""The name of each channel's table, by type."""


class Rules(NamedTuple):
    """Rules of delivery that a seed chooses: is approval asked for, are nights quiet, is mail for escalation only."""

    approval: bool
    quiet: bool
    escalates: bool


def prepare(folder: Path) -> Image:
    """Make the project below a new folder, with the registry beside it; return the project's content."""
    project = make_hamlet(folder / "project")
    settings = project / "riskmodel.toml"
    text = settings.read_text(encoding="utf-8").replace('name = "hamlet"', 'name = "hamlet"\ntracking = "../mlruns"', 1)
    settings.write_text(text.replace("[[sources]]", "[[sources]]\nstale_after = 120") + SETTINGS, encoding="utf-8")
    for words in (
        ("ingest", "--ingested", FIRST),
        ("train", "thefts"),
        ("promote", "thefts"),
        ("nightly", "--as-of", FIRST),
        ("approve", "--as-of", FIRST, "--role", "duty officer"),
        ("nightly", "--as-of", SECOND),
    ):
        assert run_command(project, words) == 0, words
    shutil.rmtree(project / "features" / "__pycache__", ignore_errors=True)
    return image_of(project)


def with_channels(image: Image, channels: tuple[str, ...], rules: Rules) -> Image:
    """Return the project's content with a choice of channels and rules."""
    text = image["riskmodel.toml"]
    assert text is not None
    asked = text.decode().replace("[warnings]\n", f"[warnings]\napproval = {str(rules.approval).lower()}\n")
    delivery = '\n[delivery]\nquiet = "22:00-06:00"\n' if rules.quiet else ""
    tables = {**CHANNELS, "email": CHANNELS["email"] + ("escalates_after = 60\n" if rules.escalates else "")}
    pages = "\n[retention]\noutbox_days = 1\n"
    more = "".join(f"\n[[delivery.channels]]\n{tables[name]}" for name in channels)
    return {**image, "riskmodel.toml": (asked + delivery + pages + more).encode()}


_projects: dict[tuple[Path, bytes], Project] = {}


def project_at(root: Path) -> Project:
    """Load the project of a folder, once for each content of its settings."""
    key = (root, (root / "riskmodel.toml").read_bytes())
    if key not in _projects:
        _projects[key] = load_project(root)
    return _projects[key]


ADDED = {
    "read": ("history",),
    "score": ("scores",),
    "detect": ("notices", "notice_grouping"),
    "judge jointly": ("surges", "unjudged"),
}
"""Steps of the night that follow from the history and the surges of the night before and read no ledger, and what they add."""


@contextmanager
def remembered() -> Iterator[None]:
    """Compute what follows from its arguments once for all seeds: the champion, the steps that read no ledger, lists and their files."""
    once: dict[Any, Any] = {}

    def by(name: str, of: Any) -> Any:
        def call(*arguments: Any) -> Any:
            key = (name, *(one for one in arguments if not isinstance(one, Project)))
            if key not in once:
                once[key] = of(*arguments)
            return once[key]

        return call

    def rendered(project: Project, one: WarningList, places: Any) -> dict[str, bytes]:
        key = ("rendered", one.status, canonical_json(one.to_json()))
        if key not in once:
            if len(once) > 3000:
                once.clear()
            names = {name: FORMATS[name] for name in ("json", "csv")}
            with patch.dict(FORMATS, names, clear=True):
                once[key] = real(project, one, places)
        return once[key]

    def step(name: str, of: Step) -> Step:
        """Return a step that reads no ledger, computed once for each manifest, night and earlier surges."""

        def known(progress: NightProgress) -> NightProgress:
            if progress.plan.replay and name == "judge jointly":
                return of(progress)
            earlier = sorted((one.as_of, one.centre, repr(one.surges)) for lists in progress.previous.values() for one in lists)
            key = (name, progress.plan.manifest, progress.plan.as_of, *earlier)
            if key not in once:
                left = of(progress)
                once[key] = {field: getattr(left, field) for field in ADDED[name]}
            return replace(progress, **once[key])

        return known

    def read(stored: StoredList) -> WarningList:
        """Return the list of a stored body; one that is damaged is refused each time."""
        if ("stored", stored) not in once:
            once["stored", stored] = from_stored(stored)
        return once["stored", stored]

    real = outbox_files.rendered
    with ExitStack() as stack:
        readers = [one for one in sys.modules.values() if vars(one).get("from_stored") is from_stored]
        for module in readers:
            if module.__name__.startswith("riskmodel.operations.nightly."):
                stack.enter_context(patch.object(module, "from_stored", read))
        for module in (outbox_files, output_steps, approval, stored_pages):
            stack.enter_context(patch.object(module, "rendered", rendered))
        for name in ("night_champions", "version_of", "load_bundle"):
            stack.enter_context(patch.object(night_plan, name, by(name, getattr(night_plan, name))))
        steps = {name: step(name, of) if name in ADDED else of for name, of in night.NIGHT_STEPS.items()}
        stack.enter_context(patch.object(night, "NIGHT_STEPS", steps))
        stack.enter_context(patch.object(places_file, "from_bytes", lru_cache(20)(places_file.from_bytes)))
        stack.enter_context(patch.object(night_plan, "refuse_lost_registry", lambda _project: None))
        yield
