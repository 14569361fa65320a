"""Ingests of sources that fail: recorded, and the other sources go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.errors import EmptyTableError, IntegrityError, RefusedError, RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.system_errors import system_refused
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.readers.table_parts import table_parts
from riskmodel.records.intake.source_ingest import ingest_source
from riskmodel.records.intake.source_reader import UnknownKindsError
from riskmodel.records.source_alerts import AlertCode, SourceAlert, set_alert, source_alerts
from riskmodel.records.store import HistoryStore

SourceResult = tuple[SourceReport | None, RiskmodelError | None]
"""The account of a source's rows, or why nothing of it was ingested."""


def try_source(request: SourceRequest) -> SourceResult:
    """Ingest one source, or record in the manifest that it failed.

    What the manifest says about a failed source stays as it was before.

    Raises
    ------
    IntegrityError
        If stored data are damaged.
    """
    before = dict(request.manifest)
    try:
        return ingest_source(request), None
    except (RiskmodelError, OSError) as error:
        failure = _failure_of_source(request.store, error)
    request.manifest.clear()
    request.manifest.update(before)
    _judge_again(request)
    set_alert(request.manifest, request.name, _alert(request, failure))
    return None, failure


@contextmanager
def recorded_for_all(store: HistoryStore, project: Project, names: Sequence[str], day: int) -> Iterator[None]:
    """Record of sources that none is ingested, if what they share fails.

    These are the tables of places and exports, and the kinds and cells of the project. Otherwise the manifest stays as it was, and a first ingest leaves nothing.
    Without names nothing is recorded: answers go by the places of the history.
    """
    try:
        yield
        return
    except (RiskmodelError, OSError) as error:
        failure = _failure_of_source(store, error)
    manifest = store.manifest()
    if names and manifest["places"] is not None:
        said = _without_folder(project, str(failure))
        code: AlertCode = "refused" if isinstance(failure, RefusedError) else "settings"
        for name in names:
            set_alert(manifest, name, SourceAlert(name, code, to_iso(day), said))
        store.commit(manifest)
    raise failure


def failed_everywhere(errors: Sequence[RiskmodelError]) -> RiskmodelError:
    """Return the error of an ingest of which every source failed.

    It is of the class of the first error and has the messages of all.
    """
    if len(errors) == 1:
        return errors[0]
    return type(errors[0])("\n".join(str(one) for one in errors))


def _failure_of_source(store: HistoryStore, error: RiskmodelError | OSError) -> RiskmodelError:
    """Return an error that concerns sources only; raise any other.

    Damaged data, and a history that cannot be read or written, concern all sources.
    """
    if isinstance(error, IntegrityError):
        raise error
    if isinstance(error, RiskmodelError):
        return error
    if _is_of_history(store, error):
        raise error
    return system_refused(error)


def _judge_again(request: SourceRequest) -> None:
    """Let the next ingest read a table with an alert again."""
    entries = request.manifest["sources"]
    if any(one.source == request.name and not one.failed for one in source_alerts(request.manifest)):
        entry = {key: value for key, value in entries[request.name].items() if key != "mark"}
        request.manifest["sources"] = {**entries, request.name: entry}


def _alert(request: SourceRequest, error: RiskmodelError) -> SourceAlert:
    """Return the alert of a source that could not be ingested."""
    said = _without_folder(request.project, str(error))
    return SourceAlert(request.name, _code(request, error), to_iso(request.ingest.day), said)


def _code(request: SourceRequest, error: RiskmodelError) -> AlertCode:
    path = request.source.path
    if path is not None and not all(one.exists() for one in table_parts(request.project.path(path))):
        return "missing"
    if isinstance(error, RefusedError):
        return "refused"
    if isinstance(error, UnknownKindsError):
        return "unknown kinds"
    return "empty" if isinstance(error, EmptyTableError) else "unreadable"


def _without_folder(project: Project, text: str) -> str:
    """Return a message without the folder of the project.

    The history does not depend on where it lies.
    """
    return text.replace(f"{project.folder}/", "").replace(f"{project.folder}\\", "")


def _is_of_history(store: HistoryStore, error: OSError) -> bool:
    """Return whether the system refused a file of the history.

    So may be an error that names no file.
    """
    return error.filename is None or Path(str(error.filename)).is_relative_to(store.folder)
