"""Replay: a past night rebuilt from its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskmodel.base.days import DateLike, to_day, to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import write_bytes
from riskmodel.base.own_build import own_build
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.errors import why_different
from riskmodel.operations.list_bodies import to_stored
from riskmodel.operations.nightly.decision_steps import DECISION_STEPS
from riskmodel.operations.nightly.night_plan import bundles_of, plan_again, planned_project
from riskmodel.operations.nightly.night_steps import NightProgress, StepCallback, no_callback, run_steps
from riskmodel.operations.nightly.outbox_files import rendered
from riskmodel.operations.nightly.summary_files import FOLDER, summary_files


@dataclass(frozen=True)
class NightReplay:
    """The lists that a night's plan gives now, beside those stored.

    ``rebuilt`` and ``stored`` hold the sha256 of each body; they are equal if the night was replayed byte for byte. ``build`` is the build of riskmodel
    that made the night (None: not recorded), ``now`` the present one.
    """

    as_of: int
    manifest: str
    models: Mapping[str, int]
    rebuilt: Mapping[str, str]
    stored: Mapping[str, str]
    paths: tuple[Path, ...] = ()
    build: Mapping[str, str] | None = None
    now: Mapping[str, str] = field(default_factory=own_build)

    @property
    def different(self) -> tuple[str, ...]:
        """The centres whose lists differ, are missing or are new."""
        centres = self.rebuilt.keys() | self.stored.keys()
        return tuple(sorted(centre for centre in centres if self.rebuilt.get(centre) != self.stored.get(centre)))

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "as_of": to_iso(self.as_of),
            "manifest": self.manifest,
            "models": dict(self.models),
            "same": not self.different,
            "different": list(self.different),
            "build": None if self.build is None else dict(self.build),
            "build_now": dict(self.now),
            "lists": {centre: {"rebuilt": self.rebuilt.get(centre), "stored": self.stored.get(centre)} for centre in self.stored},
            "paths": [str(path) for path in self.paths],
        }

    def __repr__(self) -> str:
        models = ", ".join(f"{name} version {version}" for name, version in self.models.items()) or "no model"
        source = f"from manifest {self.manifest[:12]} and {models}"
        if not self.different:
            return (
                f"Night of {to_iso(self.as_of)}: {counted(len(self.stored), 'list')} rebuilt {source}, byte for byte as stored."
            )
        return (
            f"Night of {to_iso(self.as_of)}: rebuilt {source}, {counted(len(self.different), 'list')} of {len(self.stored)} not as stored: "
            f"{', '.join(self.different)}. Nothing was changed. {why_different(self.build, self.now)}"
        )


def replay_night(
    project: Project, as_of: DateLike, day: int, to: Path | None = None, progress: StepCallback = no_callback
) -> NightReplay:
    """Rebuild a past night and compare it with the stored lists.

    It uses the manifest, versions, settings and answers of that night, not those of today. Nothing in the
    project is written.

    Parameters
    ----------
    day
        Today.
    to
        A folder for the rebuilt lists and summaries in every format.

    Raises
    ------
    UsageError
        If there is no such night.
    IntegrityError
        If a stored file that the night needs is damaged.
    """
    night, ledger = to_day(as_of), Ledger.of_nights(project)
    plan = plan_again(ledger, night)
    then = planned_project(project, ledger, plan)
    done = run_steps(DECISION_STEPS, NightProgress(then, ledger, plan, bundles_of(project), day), progress=progress)
    with ledger.read() as book:
        stored = book.lists.unchecked(night)
        build = book.builds.of_night(night)
    paths = []
    for one in done.lists if to is not None else ():
        for name, content in rendered(then, one, done.loaded_history.places).items():
            paths.append(Path(to or "") / to_iso(night) / name_of(one.centre) / name)
            write_bytes(paths[-1], content)
    for name, content in (summary_files(then, done.lists) if to is not None else {}).items():
        paths.append(Path(to or "") / to_iso(night) / FOLDER / name)
        write_bytes(paths[-1], content)
    return NightReplay(
        night,
        plan.manifest,
        {target.experiment: target.version for target in plan.targets},
        {one.centre: to_stored(one).content for one in done.lists},
        {one.centre: one.digest or one.content for one in stored},
        tuple(paths),
        build,
    )
