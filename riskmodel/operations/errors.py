"""Errors of the operations wing, each worded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RefusedError, UsageError
from riskmodel.base.own_build import build_differences, own_build
from riskmodel.base.plurals import counted


def layer_experiment(experiment: str) -> UsageError:
    """An experiment on a layer was to be promoted."""
    return UsageError(
        f"The experiment {experiment!r} is on a layer; lists are of the project's own cells. Promote another experiment."
    )


def draft_leaves(as_of: int, centre: str) -> RefusedError:
    """A draft was to be sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is a draft, and a draft never leaves. "
        f"Approve it first: riskmodel approve --as-of {to_iso(as_of)} --role ROLE."
    )


def replay_stays(as_of: int, centre: str) -> RefusedError:
    """The list of a replay was to be approved or sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is a replay: a model that was trained after this date scored it. A replay is never "
        "approved or sent. Run and approve a night on or after the day of the training."
    )


def preview_stays(as_of: int, centre: str) -> RefusedError:
    """The list of a preview was to be approved or sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is a preview: it was made before its date. A preview is never approved or sent. Run "
        f"'riskmodel nightly --as-of {to_iso(as_of)}' again on that day, then approve."
    )


def late_stays(as_of: int, centre: str) -> RefusedError:
    """The list of a missed night was to be approved or sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is late: its night was missed, and it was made afterwards for the record. A late list is "
        "never approved or sent. Approve the latest list; if this one is wanted all the same, run 'riskmodel nightly --as-of "
        f"{to_iso(as_of)}' and read it again."
    )


def no_champion_then(as_of: int) -> UsageError:
    """No experiment had a champion on the day of a missed night."""
    return UsageError(f"No experiment had a champion on {to_iso(as_of)}. Nothing was written. Nothing needs to be done.")


def nothing_known(as_of: int, centre: str) -> RefusedError:
    """A list without any knowledge was to be approved or sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} has nothing to approve: nothing was known of a source that is needed. Nothing was "
        "approved or sent. Ingest the data, or run the night of a date at which they were known."
    )


def future_night(as_of: int, day: int) -> RefusedError:
    """A night in the future was not asked for by name."""
    return RefusedError(
        f"The night of {to_iso(as_of)} lies in the future: today is {to_iso(day)} in the project's time zone, and what happens until then is "
        "not known. Nothing was written. Give an earlier --as-of, or --preview to see a list that is marked and cannot be approved."
    )


def night_to_come(as_of: int, day: int) -> RefusedError:
    """A list of a day to come was to be approved."""
    return RefusedError(
        f"The lists of {to_iso(as_of)} are of a day to come: today is {to_iso(day)} in the project's time zone, so a clock ran ahead when they were made, "
        "or is behind now. Nothing was approved or sent. Check the clock of this machine; on that day, 'riskmodel night' makes these lists again."
    )


def no_cells(as_of: int, first: int) -> UsageError:
    """A night lies before the first day of every cell."""
    return UsageError(
        f"No cell was there on {to_iso(as_of)}: the table of places begins on {to_iso(first)}. No list was made. Give a later --as-of. If "
        "this is the date of today, correct the clock of this machine."
    )


def no_digest(as_of: int, centre: str) -> RefusedError:
    """A list without a digest was to be approved or sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} was stored before digests were kept, so nobody can tell whether it is the one "
        f"that was read. Nothing was approved or sent. Run 'riskmodel nightly --as-of {to_iso(as_of)}' again, then approve."
    )


def changed_draft(as_of: int, centre: str, now: str, read: Iterable[str]) -> RefusedError:
    """The stored draft is not the one whose digest was given."""
    return RefusedError(
        f"The draft of {to_iso(as_of)} for {centre!r} has changed since it was read: it is list {now}, not {' or '.join(read)}. "
        f"Nothing was approved. Read it again, then approve with --digest {now}."
    )


def replaced_draft(as_of: int, centre: str, now: str) -> RefusedError:
    """A draft that was replaced was to be approved without its digest."""
    return RefusedError(
        f"The draft of {to_iso(as_of)} for {centre!r} was replaced after it was first written; it is list {now} now. Nothing was "
        f"approved. Read it again, then approve with --digest {now}."
    )


def held_draft(as_of: int, centre: str, change: str, now: str) -> RefusedError:
    """A draft that is held was to be approved without its digest."""
    return RefusedError(
        f"The draft of {to_iso(as_of)} for {centre!r} is held for review: {change} Nothing was approved. Find out why, read the list, then "
        f"approve with --digest {now}. The bound is 'review_change' in [delivery]."
    )


def bad_digest(text: str) -> UsageError:
    """A text is no digest of a list or night."""
    return UsageError(
        f"--digest must be the 8 to 64 digits that a list or 'riskmodel nightly' shows, such as 3f2a9c1d; got {text!r}. Copy them."
    )


def delivery_conflict(as_of: int, centre: str, where: str) -> RefusedError:
    """Other content was already delivered for a list."""
    return RefusedError(
        f"Another list of {to_iso(as_of)} for {centre!r} was already delivered, to {where!r}. Nothing was overwritten or sent. "
        "Tell the receiver which one holds; to send the new one, move the old files away and approve again."
    )


def held_elsewhere(as_of: int, centre: str, where: str) -> RefusedError:
    """Another machine is sending the list."""
    return RefusedError(
        f"Another machine is sending the list of {to_iso(as_of)} for {centre!r} to {where!r}. Nothing was sent twice. It is tried again "
        "within five minutes."
    )


def other_acknowledged(as_of: int, centre: str, where: str) -> RefusedError:
    """A receiver acknowledged something else than what was sent."""
    return RefusedError(
        f"The receiver {where!r} acknowledged another id than that of the list of {to_iso(as_of)} for {centre!r}. It does not count as "
        "delivered. Ask the receiver what it holds."
    )


def no_such_channel(where: str) -> RefusedError:
    """A list waits for a receiver that the project no longer has."""
    return RefusedError(
        f"The receiver {where!r} is no longer in riskmodel.toml. Put its channel back to send the list, or tell the receiver that it will not come."
    )


def other_files(as_of: int, centre: str) -> RefusedError:
    """The files of a queued list are gone for good."""
    return RefusedError(
        f"The files of {to_iso(as_of)} for {centre!r} that were approved are no longer in the outbox folder, and this version of riskmodel writes "
        "other bytes. Nothing was sent. Restore the outbox folder from a backup."
    )


def changed_delivery(as_of: int, centre: str, file: str, copies: str) -> RefusedError:
    """A delivered file was emptied or changed in the receiver's folder."""
    return RefusedError(
        f"The file {file!r} that was delivered for {to_iso(as_of)} and {centre!r} is not what was sent: it was emptied or changed. "
        f"Nothing was sent. Copy it again from {copies!r} and find out who changed it."
    )


def nothing_to_roll_back(registered: str) -> UsageError:
    """The present champion has no predecessor."""
    return UsageError(f"The model {registered!r} has no previous champion to return to. Promote a version by its number instead.")


def other_experiment(registered: str, version: int, wanted: str, found: str) -> RefusedError:
    """A version was trained by another experiment than its own."""
    return RefusedError(
        f"Version {version} of {registered!r} was trained by the experiment {found!r}, not by {wanted!r}. It is not promoted. "
        f"Train {wanted!r} and promote that version."
    )


def failed_version(registered: str, version: int, experiment: str, why: str) -> RefusedError:
    """A version that failed its own last dates was to be promoted."""
    return RefusedError(
        f"Version {version} of {registered!r} failed its own last dates. {why} It is not promoted. Look for a burst or a shift with "
        f"'riskmodel check', then train {experiment!r} again, or pass --although-failed to promote this version."
    )


def other_bytes(as_of: int, what: str, build: Mapping[str, str] | None) -> IntegrityError:
    """A replay does not give the bytes that were stored.

    ``build`` is the one that made the night, if it was recorded.
    """
    return IntegrityError(
        f"The night of {to_iso(as_of)}, repeated from its own manifest and models, gives another list for {what!r} than the one "
        f"stored. Nothing was changed. {why_different(build, own_build())}"
    )


def why_different(then: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """Say in what the build of a night differs, and advise.

    Parameters
    ----------
    then
        The build that made the night; None if none was recorded.
    """
    if then is None:
        return "Which build made it was not recorded then. Run 'riskmodel audit'; if it passes, the package or a library differs from that night's."
    found = build_differences(then, now)
    if not found:
        return "The present build made it, with the same libraries. Run 'riskmodel audit': something that the night read was changed."
    return f"Another build made it: {'; '.join(found)}. Run 'riskmodel audit'; if it passes, that is the reason."


def lost_registry(folder: object, promoted: Iterable[str]) -> IntegrityError:
    """The registry's folder is gone, although the ledger knows promotions."""
    return IntegrityError(
        f"The folder {str(folder)!r} does not exist, but champions of {', '.join(promoted)} were promoted: the registered versions "
        "and the champions are lost. Nothing was recorded. Restore the folder from a backup; to give them up, put an empty folder "
        "in its place, then train and promote again."
    )


def no_champions(project: str, promised: Iterable[str], promoted: Sequence[str] = ()) -> UsageError:
    """Nothing was promoted in the project, or nothing under its name."""
    commands = ", ".join(f"'riskmodel train {name}' and 'riskmodel promote {name}'" for name in list(promised) or ["EXPERIMENT"])
    if promoted:
        return UsageError(
            f"Champions of {', '.join(promoted)} were promoted, but MLflow has none of a project {project!r}. If 'name' or 'tracking' was changed in "
            f"riskmodel.toml, change it back. To begin again under this name, run {commands}."
        )
    return UsageError(f"No experiment of the project {project!r} has a champion. Run {commands} first.")


def no_history() -> UsageError:
    """Nothing was ingested into the project."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def no_project() -> UsageError:
    """The served model does not know its project."""
    return UsageError(
        "The served model names no project. Set the environment variable RISKMODEL_PROJECT to the project's folder."
    )


def damaged_scores(as_of: int, experiment: str) -> IntegrityError:
    """Stored scores are missing or were changed."""
    return IntegrityError(
        f"The stored scores of {to_iso(as_of)} for {experiment!r} are missing, were changed or are no longer kept. They are not used. "
        f"Run 'riskmodel nightly --as-of {to_iso(as_of)}' again, which writes them again."
    )


def not_scored(experiment: str) -> IntegrityError:
    """A target has no scores, although no needed source is stale."""
    return IntegrityError(
        f"The target {experiment!r} was not scored, but no source that it needs is stale. Nothing was stored or written. "
        "Ingest the project's sources again, then run the night again."
    )


def damaged_notes(path: object) -> IntegrityError:
    """The note of nights without pages cannot be read."""
    return IntegrityError(
        f"The file {str(path)!r} is damaged: it said which nights have no pages any more, and the sha256 of those that were removed. Put the copy of a backup in "
        f"its place. {_WITHOUT_NOTES}"
    )


def lost_notes(path: object, nights: int, last: int) -> IntegrityError:
    """The note of nights without pages is gone."""
    return IntegrityError(
        f"The file {str(path)!r} does not exist, but {counted(nights, 'old night')} up to {to_iso(last)} have no files in the outbox. It said which nights were "
        "pruned, and the sha256 of their files. If 'outbox' in riskmodel.toml was changed, move it here from the folder before; else put the copy of a backup in "
        f"its place. {_WITHOUT_NOTES}"
    )


_WITHOUT_NOTES = "Without one, write a new file of that name that holds {}: pages that are written again can then not be compared with those that were removed before."
