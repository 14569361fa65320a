"""What the centres answered, as records: places, outcomes and days, and never a word of free text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.project import Project
from riskmodel.ledger import Store

if TYPE_CHECKING:
    import pandas as pd

    from riskmodel.records.intake import IngestReport

FAMILY = "outcome"
"""The family of the records that answers become."""

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def as_records(store: Store) -> pd.DataFrame:
    """All answers as records of the family ``outcome``, a row an answer, in the order in which they came in.

    Columns: id, cell, kind, family, outcome, occurred, known, amount, target, warning. An answer is known from the day on which
    it came in. Its id is in letters, among which nothing looks like a telephone number.
    """
    import pandas as pd

    filed = store.answers()
    return pd.DataFrame(
        {
            "id": pd.Series([one.answer.id[:16].translate(_LETTERS) for one in filed], dtype=object),
            "cell": pd.Series([one.warning.place for one in filed], dtype=object),
            "kind": pd.Series([f"{FAMILY}_{one.answer.outcome}" for one in filed], dtype=object),
            "family": pd.Series([FAMILY] * len(filed), dtype=object),
            "outcome": pd.Series([one.answer.outcome for one in filed], dtype=object),
            "occurred": _dates(one.answer.day for one in filed),
            "known": _dates(one.answer.received for one in filed),
            "amount": pd.Series([1] * len(filed), dtype="int32"),
            "target": pd.Series([one.warning.target for one in filed], dtype=object),
            "warning": pd.Series([one.warning.id for one in filed], dtype=object),
        }
    )


def take_in_answers(project: Project, store: Store, as_of: int, day: int) -> IngestReport | None:
    """Take the answers that came in before ``as_of`` into the history; None where the project or the store has nothing to take in.

    Every answer that came in by the end of the day before is in the store, so the feed is complete through that day, from the
    date of the first list that could be answered on. It may be repeated: what is there already is a duplicate.

    Parameters
    ----------
    as_of
        The night for which they are taken in; what came in later has no part in it.
    day
        The day on which it runs.

    Raises
    ------
    UsageError
        If nothing was ingested yet, or a setting is faulty.
    """
    sources = [source for source in project.table.sources if source.answers]
    through = min(as_of, day) - 1
    since = min(store.answerable().values(), default=as_of) if sources else as_of
    if since > through:
        return None
    from riskmodel.records.intake import ingest_answers

    answers = as_records(store)
    early = answers[(answers["known"] < np.datetime64(as_of, "D")).to_numpy()]
    return ingest_answers(project, early, day, since=since, through=through)


def _dates(days: Iterable[int]) -> np.ndarray:
    return np.array(list(days), dtype="datetime64[D]").astype("datetime64[s]")
