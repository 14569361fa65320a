"""Answers as records: places, outcomes and days, without free text."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import frame_dates
from riskmodel.base.project import Project
from riskmodel.ledger import FiledAnswer, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from riskmodel.records.intake import IngestReport
    from riskmodel.records.intake.readers.source_table import Cursor

FAMILY = "outcome"
"""The family of the records that answers become."""

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def as_records(ledger: Ledger, after: int = 0) -> pd.DataFrame:
    """Return answers as records of the family ``outcome``.

    There is one row per answer, in the order received, and then one more per answer that a correction replaced, of the same id with the
    revision 1 and the status ``corrected``, known from the day of the correction. Columns: id, cell, kind, family, outcome, occurred, known, amount,
    target, warning, revision, status. An answer is known from the day on which it came in. Its id consists of letters, so that nothing in it
    looks like a telephone number.

    Parameters
    ----------
    after
        Only the answers after that of this number; all are read, and checked, without it.
    """
    import pandas as pd

    with ledger.read() as book:
        filed = book.answers.after(after) if after else book.answers.up_to()
        corrected = {one.warning.id for one in filed if one.answer.replaces is not None}
        replaced = list(_replaced(book.answers.to_warnings(corrected), after)) if corrected else []
    days, status = [one.answer.received for one in filed], [""] * len(filed) + ["corrected"] * len(replaced)
    filed, days = [*filed, *(one for one, _ in replaced)], [*days, *(day for _, day in replaced)]
    return pd.DataFrame(
        {
            "id": pd.Series([one.answer.id[:16].translate(_LETTERS) for one in filed], dtype=object),
            "cell": pd.Series([one.warning.place for one in filed], dtype=object),
            "kind": pd.Series([f"{FAMILY}_{one.answer.outcome}" for one in filed], dtype=object),
            "family": pd.Series([FAMILY] * len(filed), dtype=object),
            "outcome": pd.Series([one.answer.outcome for one in filed], dtype=object),
            "occurred": frame_dates([one.answer.day for one in filed]),
            "known": frame_dates(days),
            "amount": pd.Series([1] * len(filed), dtype="int32"),
            "target": pd.Series([one.warning.target for one in filed], dtype=object),
            "warning": pd.Series([one.warning.id for one in filed], dtype=object),
            "revision": pd.Series([int(bool(one)) for one in status], dtype="int32"),
            "status": pd.Series(status, dtype=object),
        }
    )


def _replaced(filed: Sequence[FiledAnswer], after: int) -> Iterator[tuple[FiledAnswer, int]]:
    """Yield each answer that a correction after a number replaced.

    With the day from which that is known, which is never before the answer itself is.
    """
    standing = defaultdict[str, list[FiledAnswer]](list)
    for one in filed:
        standing[one.warning.id].append(one)
    for fix in (one for one in filed if one.answer.replaces is not None):
        last, mine = fix.answer.replaces or 0, standing[fix.warning.id]
        standing[fix.warning.id] = [one for one in mine if one.number > last]
        if fix.number > after:
            yield from ((one, max(fix.answer.received, one.answer.received)) for one in mine if one.number <= last)


def ingest_new_answers(project: Project, ledger: Ledger, as_of: int, day: int) -> IngestReport | None:
    """Ingest the answers that came in before a night's as-of date.

    Every answer that came in by the end of the day before is in the ledger, so the source is complete through that day, from
    the date of the first list that could be answered on. Only answers that came after those of the last ingest are read, unless the mapping
    changed, a file is damaged or the ledger is another one; those that are stored are duplicates. The call may be repeated.

    Parameters
    ----------
    as_of
        The night; answers that came in on this day or later are left out.
    day
        The day on which the night runs.

    Returns
    -------
    IngestReport or None
        None if the project has no source of answers, or no list could be answered yet.

    Raises
    ------
    UsageError
        If nothing was ingested yet, or a setting is faulty.
    """
    if not any(source.answers for source in project.table.sources):
        return None
    with ledger.read() as book:
        since = book.lists.first_answerable()
    through = min(as_of, day) - 1
    if since is None or since > through:
        return None
    from riskmodel.records.intake import ingest_answers

    return ingest_answers(project, partial(_read_answers, ledger, as_of), day, since=since, through=through)


def _read_answers(ledger: Ledger, as_of: int, cursor: Cursor | None) -> tuple[pd.DataFrame, Cursor]:
    """Return the answers before a night that came after a cursor.

    A cursor is the number and the id of the last answer before any that comes in later than the night.
    """
    with ledger.read() as book:
        number = cursor[0] if cursor is not None and book.answers.id_of(cursor[0]) == cursor[1] else 0
        last = book.answers.last_number(as_of)
        following = [last, book.answers.id_of(last)]
    answers = as_records(ledger, number)
    return answers[(answers["known"] < np.datetime64(as_of, "D")).to_numpy()], following
