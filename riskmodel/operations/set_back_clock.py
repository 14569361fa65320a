"""A clock that shows an earlier day than the journal.

Either it was set back, or it ran ahead before. Nights between the two days are not those of their days.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger


def set_back(project: Project, now: int) -> Text | None:
    """Return that a clock was set back, if the journal says so.

    Parameters
    ----------
    now
        The time in seconds since 1970.
    """
    today = to_day(datetime.fromtimestamp(now, ZoneInfo(project.table.time_zone)).date())
    try:
        if not Ledger.exists(project):
            return None
        with Ledger.of(project).read() as book:
            last = book.journal.last()
    except RiskmodelError:
        # the night says what is wrong with the ledger
        return None
    if last is None or last.day <= today:
        return None
    day = to_iso(last.day)
    return Text(
        zh=f"异常：台账最后一条记录的日期为{day}，晚于今天，时钟被调回过，或此前偏快。请核对本机时钟。",
        en=f"Problems: the last entry of the journal is of {day}, later than today, so the clock was set back or ran ahead before. Check it.",
    )
