"""The served model: a registered bundle behind MLflow's scoring server, answering with the lists that the night wrote.

Nothing is looked up that could be computed: a night that is in the store is decided again, from the manifest, answers and
earlier lists that it was made from, by the same steps. Start it with MLFLOW_TRACKING_URI set to the project's database::

    mlflow models serve -m "models:/NAME@champion" --env-manager local
    curl -H "Content-Type: application/json" -d '{"params": {"as_of": "2025-12-31", "centre": "…"}}' …/invocations
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import RiskmodelError, unknown_name
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Store
from riskmodel.ledger.errors import no_list, no_night
from riskmodel.operations.errors import no_project
from riskmodel.operations.nightly import Plan, State, Target, bundles_of, lists_for, plan_again, plan_from_champions

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.warning import WarningList


class Served:
    """A bundle and the project whose history it reads."""

    def __init__(self, project: Project, bundle: Bundle) -> None:
        self.project = project
        self.bundle = bundle
        self._turn = threading.Lock()
        self._last: tuple[Plan, tuple[WarningList, ...]] | None = None

    def predict(self, model_input: object = None, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The lists of a night as plain values.

        Parameters
        ----------
        model_input
            Nothing is read from it; MLflow passes one.
        params
            ``as_of``: an ISO date (empty: the last night in the store); ``centre``: whose list (empty: all).

        Raises
        ------
        MlflowException
            With the message of the error, which the scoring server passes on.
        """
        from mlflow.exceptions import MlflowException

        wanted = params or {}
        try:
            return [one.to_json() for one in self.lists(str(wanted.get("as_of") or ""), str(wanted.get("centre") or ""))]
        except RiskmodelError as error:
            raise MlflowException.invalid_parameter_value(str(error)) from None

    def lists(self, as_of: str = "", centre: str = "") -> tuple[WarningList, ...]:
        """The lists of a night, of one centre if given; approved where the store says so.

        Raises
        ------
        UsageError
            If there is no such night or centre.
        """
        store = Store(self.project.path(self.project.table.store))
        dates = store.dates()
        if not as_of and not dates:
            raise no_night(store.path.name)
        day = to_day(as_of) if as_of else dates[-1]
        made = self._made(store, plan_served(self.project, store, self.bundle, day))
        approved = {one.centre for one in store.lists(day) if one.approved} if day in dates else set()
        found = tuple(one.approved() if one.centre in approved else one for one in made if centre in ("", one.centre))
        if not found:
            raise no_list(day, centre, [one.centre for one in made])
        return found

    def _made(self, store: Store, plan: Plan) -> tuple[WarningList, ...]:
        """The lists of a plan; those of the last plan are kept, as a plan has one outcome."""
        with self._turn:
            if self._last is None or self._last[0] != plan:
                self._last = plan, lists_for(State(self.project, store, plan, self._bundle_of, plan.as_of))
            return self._last[1]

    def _bundle_of(self, target: Target) -> Bundle:
        return self.bundle if target.experiment == self.bundle.experiment.name else bundles_of(self.project)(target)


def plan_served(project: Project, store: Store, bundle: Bundle, as_of: int) -> Plan:
    """The plan of a night with the served bundle in the place of its target's: the stored one, else of what is in force.

    Raises
    ------
    UsageError
        If its target is not one of that night.
    """
    plan = plan_again(store, as_of, replay=True) if store.nights(as_of) else plan_from_champions(project, store, as_of)
    name = bundle.experiment.name
    if name not in {target.experiment for target in plan.targets}:
        raise unknown_name(f"target of the night of {to_iso(as_of)}", name, [target.experiment for target in plan.targets])
    return replace(plan, targets=tuple(replace(t, model=bundle.version) if t.experiment == name else t for t in plan.targets))


def _load_pyfunc(path: str, model_config: dict[str, Any] | None = None) -> Served:
    """What MLflow calls to load a registered bundle. Its project is RISKMODEL_PROJECT, else the folder that registered it."""
    from riskmodel.forecasts.bundle import Bundle

    accept_params_alone()
    folder = os.environ.get("RISKMODEL_PROJECT") or (model_config or {}).get("project")
    if not folder:
        raise no_project()
    data = os.environ.get("RISKMODEL_DATA")
    return Served(load_project(Path(folder), Path(data) if data else None), Bundle.load(Path(path)))


def accept_params_alone() -> None:
    """Let this process's scoring server take a body that holds nothing but ``params``.

    MLflow 3.17 refuses a body without ``inputs`` or one of its other names for a table, even where the signature has no
    inputs. A bundle takes none, so an empty one is put in. Outside a scoring server nothing happens; should a later MLflow
    name the function otherwise, a body with ``"inputs": []`` still works.
    """
    server: Any = sys.modules.get("mlflow.pyfunc.scoring_server")
    split = getattr(server, "_split_data_and_params", None)
    if split is None or getattr(split, "takes_params_alone", False):
        return

    def split_with_empty_inputs(json_input: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
        data, params = split(json_input)
        return (data or {"inputs": []} if params else data), params

    split_with_empty_inputs.takes_params_alone = True  # type: ignore[attr-defined]
    server._split_data_and_params = split_with_empty_inputs
