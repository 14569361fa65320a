"""Cases of which everything is known, as tables that hold a part of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from riskmodel.starter.column_roles import column_roles
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.planned_source import planned_source
from riskmodel.starter.project_plan import PlannedSource
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable, read_frame_table

FIRST = pd.Timestamp("2022-01-03")
DAYS = 500
END = FIRST + pd.Timedelta(DAYS, "D")


def cases(rate: float = 9.0, took: float = 20.0, long: float = 0.0) -> pd.DataFrame:
    """Return all cases, in the order in which they were opened.

    Each takes some days in the mean until it is closed, and a share of them eight times as long.
    """
    draw = np.random.default_rng(3)
    minutes = np.sort(draw.integers(0, DAYS * 1440, round(rate * DAYS)))
    opened = FIRST + pd.to_timedelta(minutes, unit="min")
    closed = opened + pd.to_timedelta(
        (1440 * draw.exponential(took, len(opened)) * np.where(draw.random(len(opened)) < long, 8, 1)).astype(int), unit="min"
    )
    wards, types = draw.integers(1, 9, len(opened)), draw.choice(["noise", "litter"], len(opened))
    return pd.DataFrame(
        {"number": np.arange(len(opened)) + 1001, "opened": opened, "closed": closed, "ward": wards, "type": types}
    )


def exported(cases: pd.DataFrame, at: pd.Timestamp = END, form: str = "%Y-%m-%d") -> pd.DataFrame:
    """Return cases as a portal would export them on a day."""
    is_open = cases["closed"] >= at
    return pd.DataFrame(
        {
            "SR Number": cases["number"].map("SR{:06d}".format),
            "Created Date": cases["opened"].dt.strftime(form),
            "Status": np.where(is_open, "Open", "Closed"),
            "Closed Date": cases["closed"].where(~is_open).dt.strftime(form),
            "SR Type": cases["type"],
            "Ward": cases["ward"],
        }
    )


def roles_of(frame: pd.DataFrame, **stated: Any) -> tuple[ReadTable, ColumnRoles, StatedColumns, Decisions]:
    """Return a table with the roles of its columns."""
    decisions, columns, table = Decisions(), StatedColumns(**stated), read_frame_table(frame, "frame")
    return table, column_roles(table, columns, decisions, None), columns, decisions


def planned(frame: pd.DataFrame, **stated: Any) -> tuple[PlannedSource, Decisions]:
    """Return a table as a source, and what was decided about it."""
    table, roles, _, decisions = roles_of(frame, **stated)
    return planned_source(table, roles, "data/frame.parquet", decisions, "en"), decisions


def limits(frame: pd.DataFrame, **stated: Any) -> str:
    """Return the limits of a table as a source."""
    return "\n".join(planned(frame, **stated)[1].limits)
