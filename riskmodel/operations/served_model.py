"""The served model: approved lists behind MLflow's scoring server.

It answers with the stored bytes of lists that were approved, whichever version is champion now. A draft never leaves, so a night
that was not approved is refused. Start it by ``riskmodel serve``, or with MLFLOW_TRACKING_URI set to the project's database (after any
command of riskmodel, if the project was moved: MLflow itself keeps absolute paths)::

    mlflow models serve -m "models:/NAME@champion" --env-manager local
    curl -H "Content-Type: application/json" -d '{"params": {"as_of": "2025-12-31", "centre": "…"}}' …/invocations
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from riskmodel.base.days import day_argument, to_day, to_iso
from riskmodel.base.errors import RiskmodelError, unknown_name
from riskmodel.base.project import FILE_NAME, Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.ledger.errors import no_night
from riskmodel.operations.errors import draft_leaves, no_project
from riskmodel.operations.list_bodies import from_stored, refuse_unsendable
from riskmodel.operations.list_cache import ListCache
from riskmodel.registry import load_served_bundle
from riskmodel.registry.home import DATABASE, home_of
from riskmodel.registry.home import home as registry_home
from riskmodel.registry.strict_requests import answer_strictly, checked_parameters, refused_request

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle

LOADER = __name__
"""The module that MLflow imports to serve a registered model; it calls ``_load_pyfunc``."""


class ServedModel:
    """A bundle and the project whose approved lists it serves."""

    def __init__(self, project: Project, bundle: Bundle) -> None:
        self.project = project
        self.bundle = bundle
        self._cache = ListCache()
        self._opened: tuple[Ledger, int] | None = None

    def predict(self, model_input: object = None, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the approved lists of a night as plain values.

        Parameters
        ----------
        model_input
            Not used; MLflow passes one.
        params
            ``as_of``: an ISO date (empty: the last stored night up to today); ``centre``: whose list (empty: all).

        Raises
        ------
        MlflowException
            With the message of the error, which the scoring server passes on.
        """
        wanted = checked_parameters(params or {})
        try:
            return self.lists(wanted.get("as_of", ""), wanted.get("centre", ""))
        except (RiskmodelError, OSError) as error:
            raise refused_request(str(error)) from None

    def lists(self, as_of: str = "", centre: str = "") -> list[dict[str, Any]]:
        """Return the approved lists of a night, or that of one centre.

        The ledger is asked each time for status and digest. A body is read, checked and converted once; see :class:`ListCache`.

        Raises
        ------
        UsageError
            If there is no such night or centre, or the bundle's target is not one of that night.
        RefusedError
            If one of the lists is a draft, a replay, a preview or late.
        IntegrityError
            If one of them is damaged.
        """
        ledger = self._ledger()
        with ledger.read() as book:
            dates = book.nights.until(_today(self.project))
            if not as_of and not dates:
                raise no_night(ledger.name)
            day = day_argument(as_of, "as_of", "predict") if as_of else dates[-1]
            marks = book.lists.marks(day, centre or None)
            found = {mark.centre: self._cache.get(mark.digest or "") for mark in marks}
            stored = book.lists.of(day, centre or None) if not marks or None in found.values() else ()
            targets = [night.experiment for night in book.nights.of(day)]
        name = self.bundle.experiment.name
        if name not in targets:
            raise unknown_name(f"target of the night of {to_iso(day)}", name, targets)
        for mark in marks:
            if not mark.approved:
                raise draft_leaves(day, mark.centre)
        for one in stored:
            shown = from_stored(one)
            refuse_unsendable(shown)
            found[one.centre] = {**shown.to_json(), "digest": one.digest}
            if one.digest is not None:
                self._cache.keep(one.digest, found[one.centre] or {})
        return [content for content in found.values() if content is not None]

    def _ledger(self) -> Ledger:
        """Return the ledger, opened again where its file is another one."""
        path = self.project.ledger_file
        file = path.stat().st_ino if path.exists() else -1
        if self._opened is None or self._opened[1] != file:
            ledger = Ledger.of(self.project)
            self._opened = ledger, path.stat().st_ino if path.exists() else -1
        return self._opened[0]


def _today(project: Project) -> int:
    """Return today's day number in the project's time zone."""
    return to_day(datetime.now(ZoneInfo(project.table.time_zone)).date())


def load_served(path: str, model_config: dict[str, Any] | None = None) -> ServedModel:
    """Load a registered bundle to be served.

    The project is the one that RISKMODEL_PROJECT names, or the one whose registry serves the model: that of MLFLOW_TRACKING_URI, or
    the one in which the bundle lies. So a copied or moved project serves its own lists.

    Parameters
    ----------
    path
        The bundle's folder.
    model_config
        ``project``: the project's folder as seen from MLflow's home.

    Raises
    ------
    UsageError
        If no project is found.
    IntegrityError
        If the files are not those of a version that the project registered.
    """
    answer_strictly()
    folder, data = os.environ.get("RISKMODEL_PROJECT"), os.environ.get("RISKMODEL_DATA")
    stated = (model_config or {}).get("project")
    open_data = Path(data) if data else None
    project = load_project(Path(folder), open_data) if folder else _serving_project(Path(path), stated, open_data)
    return ServedModel(project, load_served_bundle(project, Path(path)))


def _serving_project(bundle: Path, stated: str | None, data: Path | None) -> Project:
    """Return the project whose registry serves a bundle.

    Raises
    ------
    UsageError
        If none is found.
    """
    for home in _homes(bundle.absolute()):
        stands = [home / stated] if stated else []
        for folder in (*stands, *home.parents):
            if (folder / FILE_NAME).is_file():
                found = load_project(folder.resolve(), data)
                if registry_home(found).resolve() == home.resolve():
                    return found
    raise no_project()


def _homes(bundle: Path) -> Iterator[Path]:
    """Yield the homes of MLflow that may serve a bundle.

    That of the environment comes first.
    """
    served_from = home_of(os.environ.get("MLFLOW_TRACKING_URI", ""))
    if served_from is not None:
        yield served_from
    yield from (folder for folder in bundle.parents if (folder / DATABASE).is_file())


_load_pyfunc = load_served
"""The name by which MLflow calls it."""
