"""A simulation as one HTML page, which opens without a network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes
from riskmodel.base.page_templates import page_template
from riskmodel.forecasts.reports.plot_style import svg
from riskmodel.warning.policy_simulation.simulation import PolicySimulation
from riskmodel.warning.policy_simulation.simulation_plots import plot_capacity, plot_grades
from riskmodel.warning.policy_simulation.simulation_sentences import caveats, nights_sentence, simulation_findings
from riskmodel.warning.policy_simulation.simulation_tables import tables
from riskmodel.warning.policy_simulation.simulation_text import LEFT

if TYPE_CHECKING:
    from jinja2 import Template


@checked(simulation="PolicySimulation", path="Path | str")
def write_policy_page(simulation: PolicySimulation, path: Path | str) -> Path:
    """Write a simulation as one HTML file without scripts or network.

    Parameters
    ----------
    simulation
        What :func:`riskmodel.simulate_policies` returned.
    path
        The file; its folder is created.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> walked = rm.walk_nights(experiment, history, features, nights=20)
    >>> found = rm.simulate_policies(walked, grouping=project.table.warnings.grouping, capacities=(), explorations=())
    >>> rm.write_policy_page(found, folder / "policies.html").name
    'policies.html'
    """
    write_bytes(Path(path), page(simulation).encode())
    return Path(path)


def page(simulation: PolicySimulation) -> str:
    """Return the page; it holds its style and plots, and no script."""
    walked = simulation.walked
    final = walked.final.any()
    return _template().render(
        experiment=walked.experiment,
        first=to_iso(int(walked.dates[0])),
        last=to_iso(int(walked.dates[-1])),
        nights=len(walked.nights),
        final=int(walked.final.sum()),
        known=to_iso(walked.known),
        sentence=nights_sentence(simulation),
        findings=list(simulation_findings(simulation)),
        caveats=list(caveats(simulation)),
        tables=tables(simulation),
        left=LEFT,
        policies=list(_policies(simulation)),
        capacity=svg(plot_capacity(simulation)) if simulation.capacities and final else "",
        grades=svg(plot_grades(simulation)) if final else "",
    )


def _policies(simulation: PolicySimulation) -> Iterator[tuple[str, list[str]]]:
    """Yield each policy's name and keys; after the first, its changes."""
    first, *others = ((one.name, one.policy.model_dump(mode="json")) for one in simulation.lines)
    yield first[0], [f"{key} = {value}" for key, value in _keys(first[1])]
    yield from ((name, _changes(stated, first[1])) for name, stated in others)


def _changes(stated: dict[str, Any], first: dict[str, Any]) -> list[str]:
    """Return the keys in which a policy differs from the first."""
    known, ours = (dict(_keys(one)) for one in (first, stated))
    changes = [f"{key} = {value} (instead of {known.get(key, 'none')})" for key, value in ours.items() if known.get(key) != value]
    changes += [f"{key}: none (instead of {value})" for key, value in known.items() if key not in ours]
    return changes or ["as the first policy"]


def _keys(stated: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in stated.items():
        name = f"{above}{key}"
        if key in ("label", "action"):
            continue
        found += _keys(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found


@cache
def _template() -> Template:
    """Load the page's template; all values are escaped."""
    return page_template("policy_simulation.html.j2", "riskmodel.warning.policy_simulation", "riskmodel.forecasts")
