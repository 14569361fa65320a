"""Errors of the registry, each worded once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from riskmodel.base.database_files import why_closed
from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError, did_you_mean
from riskmodel.base.shown_texts import first_line
from riskmodel.base.system_errors import free_space

_ANSWERED = re.compile(r"too many (\d{3}) error responses|\b(\d{3})(?: != 200| Client Error| Server Error)")
"""What MLflow says of a server that answered, but with errors."""
_PAGE = re.compile(r"<(!doctype|html|head|body)\b", re.IGNORECASE)
_BROKEN = re.compile(
    r"Connection (aborted|broken|reset)|IncompleteRead|Response ended prematurely|RemoteDisconnected", re.IGNORECASE
)


def no_champion(registered: str, experiment: str) -> UsageError:
    """No version of the experiment's model was promoted."""
    return UsageError(
        f"The model {registered!r} has no champion. "
        f"Run 'riskmodel train {experiment}' and 'riskmodel promote {experiment}' first."
    )


def no_version(registered: str, experiment: str, version: int | None, there: Iterable[str]) -> UsageError:
    """The version is not registered."""
    if version is None:
        return UsageError(f"The model {registered!r} has no version yet. Run 'riskmodel train {experiment}' first.")
    if not (names := list(there)):
        return UsageError(
            f"The model {registered!r} has no version {version}, and no other. If 'name' or 'tracking' was changed in riskmodel.toml, change it back; "
            "else restore the registry from a backup."
        )
    return UsageError(f"The model {registered!r} has no version {version}. {did_you_mean(str(version), names)}")


def broken_artifact(registered: str, version: int, folder: object) -> IntegrityError:
    """The files of a registered bundle were changed."""
    return IntegrityError(
        f"The files of version {version} of {registered!r} are not those that were registered: the sha256 of {str(folder)!r} differs. "
        "Nothing was loaded. Train again, or restore the folder from a backup."
    )


def broken_original(address: str, run: str) -> IntegrityError:
    """An MLflow server holds other files than those that were registered."""
    return IntegrityError(
        f"The model of run {run} on the MLflow server {address!r} is not the one that was registered: the sha256 of its files differs. "
        "Nothing was loaded, and the copy here was not replaced. Restore the server's artefacts from its backup, or train and promote again."
    )


def lost_looks(path: object, what: str) -> IntegrityError:
    """The file of looks is gone or cannot be read."""
    return IntegrityError(
        f"The file {str(path)!r} is {what}: nobody can tell how often test windows were evaluated, and nothing was shown or counted. "
        "Restore it from a backup (move away what is there, then run 'riskmodel restore BACKUP'); to start counting again, put a file that consists of [] in its place."
    )


def unchecked_artifact(registered: str, version: int, experiment: str) -> IntegrityError:
    """The version was registered before all its files had a checksum."""
    return IntegrityError(
        f"Version {version} of {registered!r} was registered before the sha256 of all its files was kept, so nobody can tell whether they are "
        f"those that were registered. Nothing was loaded. Run 'riskmodel train {experiment}' and 'riskmodel promote {experiment}'."
    )


def others_model(registered: str, experiment: str, owner: tuple[str, str]) -> UsageError:
    """The model of that name belongs to another project or experiment."""
    return UsageError(
        f"The model {registered!r} in MLflow belongs to the experiment {owner[1]!r} of the project {owner[0]!r}, so the experiment "
        f"{experiment!r} cannot use that name. Rename the experiment's file, or set 'name' or 'tracking' in riskmodel.toml to another value."
    )


def unregistered_files(folder: object) -> IntegrityError:
    """Files to be served are not those of a registered version."""
    return IntegrityError(
        f"The files in {str(folder)!r} are not those of a version that this project registered (the sha256 of the bundle and MLmodel "
        "differs or was never recorded). Nothing was loaded. Train and promote again, or restore the folder from a backup."
    )


def tracking_fails(path: object, why: object) -> RiskmodelError:
    """MLflow cannot open its own database."""
    if closed := why_closed(Path(str(path))):
        return RiskmodelError(f"MLflow's database {str(path)!r} cannot be used: {closed}, then run the same command again.")
    room = free_space(str(path)) if "disk" in str(why) and "malformed" not in str(why) else ""
    if "out-of-date database schema" in str(why):
        # MLflow's own advice is to upgrade the database, which cannot go back
        return RiskmodelError(
            f"MLflow's database {str(path)!r} was written by another version of MLflow than the one installed. Nothing was recorded. Upgrade "
            "riskmodel with its dependencies, or restore its folder from a backup (move it away, then run 'riskmodel restore BACKUP')."
        )
    return RiskmodelError(
        f"MLflow's database {str(path)!r} cannot be used: {first_line(why)}{room}. Nothing was recorded. It holds the registered "
        "versions, the champions and the runs. Free space, correct permissions, or restore its folder from a backup (move it "
        "away, then run 'riskmodel restore BACKUP'), then run the same command again."
    )


class ServerError(RiskmodelError):
    """An MLflow server cannot be used; what is known here stays."""


def server_fails(address: str, why: str, status: int) -> ServerError:
    """An MLflow server does not answer, refuses, or is none.

    Parameters
    ----------
    why
        What MLflow's client says; nothing of it that the server sent as a page is shown.
    status
        The status of an answer in MLflow's own form; 500 where there is none.
    """
    found = _ANSWERED.search(why)
    answered = int(found[1] or found[2]) if found else status
    if answered in (401, 403):
        return ServerError(
            f"The MLflow server {address!r} refuses the user. Nothing was recorded. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD (or "
            "MLFLOW_TRACKING_TOKEN) in the environment to an account that may write, then run the same command again."
        )
    shown, remedy = _said_of(why, answered if found else 0)
    return ServerError(
        f"The MLflow server {address!r} cannot be used: {shown}. Nothing was recorded. It holds the registered versions, the champions and the "
        f"runs. {remedy}, then run the same command again."
    )


def _said_of(why: str, answered: int) -> tuple[str, str]:
    """Return what is wrong with a server, and what helps."""
    start = "Start it or correct tracking in riskmodel.toml"
    if "CERTIFICATE_VERIFY_FAILED" in why:
        return "its certificate is not trusted", "Set REQUESTS_CA_BUNDLE in the environment to the file of its authority"
    if answered and answered != 404:
        return f"it answers with the error {answered}", "Read its log and repair it"
    if answered or "valid JSON" in why or _PAGE.search(why):
        return (
            "what answers there is not MLflow",
            "Correct tracking in riskmodel.toml (a proxy or a login may answer in its place)",
        )
    if "timed out" in why or "timeout" in why:
        return "it does not answer in time", f"{start} (MLFLOW_HTTP_REQUEST_TIMEOUT in the environment allows more seconds)"
    if _BROKEN.search(why):
        return "the connection broke off before its answer was whole", start
    if "Max retries" in why or "Connection" in why:
        return "it does not answer", start
    return first_line(why)[:200], start


def lost_tracking(path: object) -> RiskmodelError:
    """MLflow's database is gone, although there was one."""
    return RiskmodelError(
        f"MLflow's database {str(path)!r} is missing or empty, although there was one: the registered versions, the champions and "
        "the runs in it are lost. Nothing was recorded. Restore its folder from a backup (move it away, then run 'riskmodel restore "
        "BACKUP'); to give these up, put an empty folder in its place, then train and promote again."
    )


def odd_path(path: object, sign: str) -> UsageError:
    """MLflow would not find its own database in this folder."""
    return UsageError(
        f"MLflow cannot keep its database in {str(path)!r}: it misreads the sign {sign!r} in a path. "
        "Move the project to a folder without it, or set 'tracking' in riskmodel.toml to such a folder."
    )
