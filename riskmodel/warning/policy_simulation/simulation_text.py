"""A simulation as text for a terminal."""

from __future__ import annotations

import textwrap

from riskmodel.base.shown_texts import columns_of, padded
from riskmodel.warning.policy_simulation.simulation import PolicySimulation
from riskmodel.warning.policy_simulation.simulation_sentences import caveats, nights_sentence, simulation_findings
from riskmodel.warning.policy_simulation.simulation_tables import TextTable, tables

LEFT = frozenset(("policy", "grade", "centre", "agrees"))
"""Columns of words."""


def simulation_text(simulation: PolicySimulation, width: int = 110) -> str:
    """Return a simulation as text.

    ``width`` is where paragraphs are broken; a table is as wide as it needs.
    """
    experiment = simulation.walked.experiment
    names = (
        experiment.title.en if experiment.title.en == experiment.title.zh else f"{experiment.title.en} · {experiment.title.zh}"
    )
    parts = [
        "\n".join(
            [f"Policies of {experiment.name!r} on past nights: {names}", *textwrap.wrap(nights_sentence(simulation), width)]
        ),
        "\n".join(_point(text, width) for text in simulation_findings(simulation)),
        *(_table(table, width) for table in tables(simulation)),
        "\n".join(["What to keep in mind:", *(_point(text, width) for text in caveats(simulation))]),
    ]
    return "\n\n".join(part for part in parts if part).replace("−", "-")


def _point(text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent="- ", subsequent_indent="  ")


def _table(table: TextTable, width: int) -> str:
    cells = [table.head, *table.rows]
    wide = [max(columns_of(row[column]) for row in cells) for column in range(len(table.head))]
    lines = ["  ".join(padded(text, wide[i], table.head[i] not in LEFT) for i, text in enumerate(row)).rstrip() for row in cells]
    return "\n".join([table.title, *textwrap.wrap(table.note, width), "", *lines])
