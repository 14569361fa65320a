"""Errors of the operations wing, each worded once."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError, did_you_mean
from riskmodel.base.periods import to_iso


class IntegrityError(RiskmodelError):
    """Something stored is not what was stored: nothing of it is used."""


def newer_store(path: object, found: int, known: int) -> UsageError:
    """The store was written by a later version of the package."""
    return UsageError(
        f"The store {str(path)!r} has schema version {found}; this version of riskmodel knows versions up to {known}. "
        "Upgrade riskmodel, or point 'store' in riskmodel.toml to another file."
    )


def not_a_store(path: object) -> UsageError:
    """The file is no SQLite database, or one of something else."""
    return UsageError(f"The store {str(path)!r} is not a database of riskmodel. Point 'store' in riskmodel.toml to another file.")


def store_fails(path: object, why: object) -> RiskmodelError:
    """The system does not let the store be opened, read or written."""
    return RiskmodelError(
        f"The store {str(path)!r} cannot be used: {why}. What was being written was not. Free space, correct the permissions of its "
        "folder or wait for the process that holds it, then run the same command again."
    )


def approved_stays(as_of: int, centre: str) -> RefusedError:
    """An approved list would come out differently."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is approved and may have been sent, but now comes out differently. "
        "It stays as it was. Run the night of a later date instead."
    )


def draft_leaves(as_of: int, centre: str) -> RefusedError:
    """A list that nobody approved was to be sent."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is a draft, and a draft never leaves. "
        f"Approve it first: riskmodel approve --as-of {to_iso(as_of)} --role ROLE."
    )


def no_list(as_of: int, centre: str | None, there: Iterable[str]) -> UsageError:
    """No list of that night (and centre)."""
    of = f" for {centre!r}" if centre else ""
    return UsageError(f"There is no list of {to_iso(as_of)}{of}. {did_you_mean(centre or to_iso(as_of), there)}")


def no_night(there: str) -> UsageError:
    """No night has been run yet."""
    return UsageError(f"The store {there!r} holds no night yet. Run 'riskmodel nightly' first.")


def no_champion(registered: str, experiment: str) -> UsageError:
    """An experiment without a promoted model."""
    return UsageError(
        f"The model {registered!r} has no champion. "
        f"Run 'riskmodel train {experiment}' and 'riskmodel promote {experiment}' first."
    )


def no_version(registered: str, experiment: str, version: int | None, there: Iterable[str]) -> UsageError:
    """A version that is not registered."""
    if version is None:
        return UsageError(f"The model {registered!r} has no version yet. Run 'riskmodel train {experiment}' first.")
    return UsageError(f"The model {registered!r} has no version {version}. {did_you_mean(str(version), there)}")


def nothing_to_roll_back(registered: str) -> UsageError:
    """No champion came before the present one."""
    return UsageError(f"The model {registered!r} has no previous champion to return to. Promote a version by its number instead.")


def broken_artifact(registered: str, version: int) -> IntegrityError:
    """A registered bundle's files are not those that were registered."""
    return IntegrityError(
        f"The files of version {version} of {registered!r} are not those that were registered (their sha256 differs). "
        "Nothing was loaded. Train again, or restore the folder from a backup."
    )


def other_experiment(registered: str, version: int, wanted: str, found: str) -> RefusedError:
    """A version was trained by another experiment than the one it is to serve."""
    return RefusedError(
        f"Version {version} of {registered!r} was trained by the experiment {found!r}, not by {wanted!r}. It is not promoted. "
        f"Train {wanted!r} and promote that version."
    )


def other_bytes(as_of: int, what: str) -> IntegrityError:
    """A repeated night does not give the bytes of the first time."""
    return IntegrityError(
        f"The night of {to_iso(as_of)}, repeated from its own manifest and models, gives another list for {what!r} than the one "
        "stored. Nothing was changed. The package or a library differs from that night's; compare their versions."
    )


def no_champions(project: str, promised: Iterable[str]) -> UsageError:
    """A project in which nothing was promoted."""
    commands = ", ".join(f"'riskmodel train {name}' and 'riskmodel promote {name}'" for name in list(promised) or ["EXPERIMENT"])
    return UsageError(f"No experiment of the project {project!r} has a champion. Run {commands} first.")


def no_history() -> UsageError:
    """A project into which nothing was taken in."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def no_project() -> UsageError:
    """A served model that does not know its project."""
    return UsageError(
        "The served model names no project. Set the environment variable RISKMODEL_PROJECT to the project's folder."
    )


def not_scored(experiment: str) -> IntegrityError:
    """A target without scores for which no stale feed can be named."""
    return IntegrityError(
        f"The target {experiment!r} was not scored, but no feed that it needs is stale. Nothing was stored or written. "
        "Ingest the project's sources again, then run the night again."
    )


def tracking_fails(path: object, why: object) -> RiskmodelError:
    """MLflow does not open its own database."""
    return RiskmodelError(
        f"MLflow's database {str(path)!r} cannot be used: {str(why).rstrip('.')}. Nothing was recorded. Restore the file from a backup, "
        "or point 'tracking' in riskmodel.toml to another folder and train again."
    )


def odd_path(path: object, sign: str) -> UsageError:
    """A folder in which MLflow would not find its own database again."""
    return UsageError(
        f"MLflow cannot keep its database in {str(path)!r}: it misreads the sign {sign!r} in a path. "
        "Move the project to a folder without it, or set 'tracking' in riskmodel.toml to such a folder."
    )
