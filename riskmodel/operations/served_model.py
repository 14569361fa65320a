"""The served model: a registered bundle behind MLflow's scoring server.

It answers with the lists that the night wrote: a stored night is decided again by the same steps, from the manifest, answers
and earlier lists of its plan. Start it with MLFLOW_TRACKING_URI set to the project's database::

    mlflow models serve -m "models:/NAME@champion" --env-manager local
    curl -H "Content-Type: application/json" -d '{"params": {"as_of": "2025-12-31", "centre": "…"}}' …/invocations
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import day_argument, to_iso
from riskmodel.base.errors import RiskmodelError, unknown_name
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.ledger.errors import no_list, no_night
from riskmodel.operations.errors import no_project
from riskmodel.operations.nightly import (
    NightPlan,
    NightProgress,
    PlannedTarget,
    bundles_of,
    lists_for,
    plan_again,
    plan_from_champions,
)
from riskmodel.registry.scoring_server import accept_params_alone, refused_request

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.warning import WarningList

LOADER = __name__
"""The module that MLflow imports to serve a registered model; it calls ``_load_pyfunc``."""


class ServedModel:
    """A bundle and the project whose history it reads."""

    def __init__(self, project: Project, bundle: Bundle) -> None:
        self.project = project
        self.bundle = bundle
        self._turn = threading.Lock()
        self._last: tuple[NightPlan, tuple[WarningList, ...]] | None = None

    def predict(self, model_input: object = None, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the lists of a night as plain values.

        Parameters
        ----------
        model_input
            Not used; MLflow passes one.
        params
            ``as_of``: an ISO date (empty: the last stored night); ``centre``: whose list (empty: all).

        Raises
        ------
        MlflowException
            With the message of the error, which the scoring server passes on.
        """
        wanted = params or {}
        try:
            return [one.to_json() for one in self.lists(str(wanted.get("as_of") or ""), str(wanted.get("centre") or ""))]
        except RiskmodelError as error:
            raise refused_request(str(error)) from None

    def lists(self, as_of: str = "", centre: str = "") -> tuple[WarningList, ...]:
        """Return the lists of a night, or that of one centre.

        Lists that the ledger holds as approved are approved.

        Raises
        ------
        UsageError
            If there is no such night or centre.
        """
        ledger = Ledger.of(self.project)
        with ledger.read() as book:
            dates = book.nights.dates()
            if not as_of and not dates:
                raise no_night(ledger.path.name)
            day = day_argument(as_of, "as_of", "predict") if as_of else dates[-1]
            approved = {one.centre for one in book.lists.of(day) if one.approved} if day in dates else set()
        decided = self._decided(ledger, served_plan(self.project, ledger, self.bundle, day))
        found = tuple(one.approved() if one.centre in approved else one for one in decided if centre in ("", one.centre))
        if not found:
            raise no_list(day, centre, [one.centre for one in decided])
        return found

    def _decided(self, ledger: Ledger, plan: NightPlan) -> tuple[WarningList, ...]:
        """Return the lists of a plan, caching those of the last."""
        with self._turn:
            if self._last is None or self._last[0] != plan:
                self._last = plan, lists_for(NightProgress(self.project, ledger, plan, self._bundle_of, plan.as_of))
            return self._last[1]

    def _bundle_of(self, target: PlannedTarget) -> Bundle:
        return self.bundle if target.experiment == self.bundle.experiment.name else bundles_of(self.project)(target)


def served_plan(project: Project, ledger: Ledger, bundle: Bundle, as_of: int) -> NightPlan:
    """Return the plan of a night that uses the served bundle.

    It is the stored plan if the night was run, else a plan of the current champions.

    Raises
    ------
    UsageError
        If the bundle's target is not one of that night.
    """
    with ledger.read() as book:
        stored = bool(book.nights.of(as_of))
    plan = plan_again(ledger, as_of) if stored else plan_from_champions(project, ledger, as_of)
    name = bundle.experiment.name
    if name not in {target.experiment for target in plan.targets}:
        raise unknown_name(f"target of the night of {to_iso(as_of)}", name, [target.experiment for target in plan.targets])
    return replace(plan, targets=tuple(replace(t, model=bundle.version) if t.experiment == name else t for t in plan.targets))


def load_served(path: str, model_config: dict[str, Any] | None = None) -> ServedModel:
    """Load a registered bundle to be served.

    Parameters
    ----------
    path
        The bundle's folder.
    model_config
        ``project``: the folder of the project that registered it, used where RISKMODEL_PROJECT names no other.

    Raises
    ------
    UsageError
        If neither names a project.
    """
    from riskmodel.forecasts.bundle import Bundle

    accept_params_alone()
    folder = os.environ.get("RISKMODEL_PROJECT") or (model_config or {}).get("project")
    if not folder:
        raise no_project()
    data = os.environ.get("RISKMODEL_DATA")
    return ServedModel(load_project(Path(folder), Path(data) if data else None), Bundle.load(Path(path)))


_load_pyfunc = load_served
"""The name by which MLflow calls it."""
