"""Whole copies that a backup keeps of what a project lost.

Registered models, stored scores and manifests are never changed once they are written, and the ledger knows the digest of each list. So a damaged one is
known, and the last whole copy of it may be the one in the backup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Night, damaged_lists
from riskmodel.operations.removed_pages import fault_of_notes, notes_file
from riskmodel.operations.stored_scores import are_scores_expired, scores_file, scores_folder
from riskmodel.records.backup import Backup, BackupWriter, files_of_lost_manifest
from riskmodel.records.store import HistoryStore
from riskmodel.registry.looks import fault_of_looks, looks_file
from riskmodel.registry.model_files import files_checksum

NAMED = 5
"""Missing or damaged files that a backup names."""
EARLIER = ".earlier"
"""Ending of the whole copy of a database beside the present one, in which a list is damaged."""


@dataclass
class WholeCopies:
    """What a backup keeps of the backup before.

    ``kept`` names what is missing or damaged in the project and whole in the backup, ``lost`` what is whole in neither.
    """

    project: Project
    writer: BackupWriter
    before: Backup | None
    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def to_facts(self) -> dict[str, list[str]]:
        """Return what the next backup asks of this one."""
        return {"kept": self.kept, "lost": self.lost}

    def keep_ledger(self, name: str) -> list[Night]:
        """Keep the database before beside one with damaged lists; return its nights."""
        with Ledger.of(self.project).read() as book:
            damaged, nights = damaged_lists(book), book.nights.every()
        if damaged:
            earlier = name + EARLIER
            whole = name not in (*self._said_before("kept"), *self._said_before("lost"))
            self._note(name, {earlier: name if whole else earlier})
        return nights

    def keep_looks(self, folder: PurePosixPath) -> None:
        """Keep the looks of before if they were lost or damaged."""
        if fault_of_looks(self.project):
            name = (folder / looks_file(self.project).name).as_posix()
            self._note(name, {name: name} if name not in self._said_before("lost") else {})

    def keep_notes(self, folder: PurePosixPath) -> None:
        """Keep the note of removed pages of before if it is damaged."""
        if fault_of_notes(self.project):
            name = (folder / notes_file(self.project).name).as_posix()
            self._note(name, {name: name} if name not in self._said_before("lost") else {})

    def keep_scores(self, folder: PurePosixPath, nights: Iterable[Night], day: int) -> None:
        """Keep scores of nights that are missing or were changed."""
        own, there = scores_folder(self.project), self.writer.digests
        for night in nights:
            file = scores_file(self.project, night.as_of, night.experiment, night.manifest, night.model)
            name = (folder / own.name / file.relative_to(own)).as_posix()
            if (
                night.scores is not None
                and there.get(name) != night.scores
                and not are_scores_expired(self.project, to_iso(night.as_of), day)
            ):
                self._note(name, {name: name} if self._earlier().get(name) == night.scores else {})

    def keep_manifests(self, name: str, store: HistoryStore, wanted: Iterable[str]) -> None:
        """Keep manifests of a history that are missing or damaged.

        ``wanted`` are those that nights read; those of the backup before are wanted as well. What is damaged of the files that they name is
        in the backup before, and is named.
        """
        self.kept += [file for file in self.writer.damaged if file.startswith(f"{name}/")]
        place, there = f"{name}/manifests", self.writer.digests
        known = {file.removeprefix(f"{place}/").removesuffix(".json") for file in self._earlier() if file.startswith(f"{place}/")}
        for identity in sorted({*wanted, *known}):
            if f"{place}/{identity}.json" not in there:
                files = [] if self.before is None else files_of_lost_manifest(self.before, name, identity, store)
                self._note(f"{place}/{identity}.json", {file: file for file in files})

    def keep_models(self, name: str, folders: Mapping[str, str]) -> None:
        """Keep models whose files are not those that were registered.

        ``folders`` maps folders of models in MLflow's home to their checksums.
        """
        here, before = (_by_folder(digests, name, folders) for digests in (self.writer.digests, self._earlier()))
        for folder, checksum in sorted(folders.items()):
            place = f"{name}/{folder}"
            if files_checksum(here[folder]) != checksum:
                whole = files_checksum(before[folder]) == checksum
                names = {f"{place}/{file}": f"{place}/{file}" for file in before[folder]} if whole else {}
                self._note(place, names, [f"{place}/{file}" for file in here[folder]])

    def _said_before(self, what: str) -> list[str]:
        """Return what the backup before named as kept or lost."""
        return [] if self.before is None else self.before.facts.get("damaged", {}).get(what, [])

    def _earlier(self) -> dict[str, str]:
        """Return the digests of the backup before."""
        return {} if self.before is None else {name: digest for name, (digest, _) in self.before.files.items()}

    def _note(self, what: str, names: Mapping[str, str], instead: Iterable[str] = ()) -> None:
        """Keep copies, and note whether that was possible."""
        (self.kept if self.writer.keep(self.before, names, instead) else self.lost).append(what)


def _by_folder(digests: Mapping[str, str], home: str, folders: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the files of each folder by their names in it."""
    found: dict[str, dict[str, str]] = {folder: {} for folder in folders}
    for name, digest in digests.items():
        if name.startswith(f"{home}/"):
            inside = PurePosixPath(name.removeprefix(f"{home}/"))
            for above in inside.parents:
                if above.as_posix() in found:
                    found[above.as_posix()][inside.relative_to(above).as_posix()] = digest
                    break
    return found


def said_of_copies(kept: Sequence[str], lost: Sequence[str]) -> list[str]:
    """Return what a person has to know of missing or damaged files."""
    said = []
    if kept:
        said.append(
            f"MISSING OR DAMAGED in the project: {_some(kept)}. The backup keeps the whole copies of the one before. Restore it into an empty folder "
            "('riskmodel restore BACKUP DIR'), and copy them from there to the same place. The whole copy of a database with damaged lists ends with "
            f"{EARLIER!r} there; run 'riskmodel audit' first, which names the lists and what to do."
        )
    if lost:
        said.append(
            f"MISSING OR DAMAGED in the project, without a whole copy in the backup: {_some(lost)}. Take one from another backup. 'riskmodel doctor' and "
            "'riskmodel audit' say what is wrong."
        )
    return said


def _some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(map(repr, names[:NAMED])) + (f" and {more:,} more" if more > 0 else "")
