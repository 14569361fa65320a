"""Three records of two cells, two of them on a leap day, built from two data frames.

Use it where the smallest history will do, and a result can be counted by hand.
"""

from __future__ import annotations

import pandas as pd

from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests.worlds.drawn_histories import KINDS


def two_cells() -> History:
    """Three records of two cells, two of them on a leap day, and nothing drawn; nothing is missing on any other day."""
    cells = pd.DataFrame({"cell": ["a", "b"], "town": ["east", "west"]})
    rows = pd.DataFrame(
        {"cell": ["a", "a", "b"], "kind": ["theft", "noise", "theft"], "occurred": ["2020-02-28", "2020-02-29", "2020-02-29"]}
    )
    return History.from_frame(rows, Places.from_frame(cells, groupings=["town"]), KINDS, coverage=())
