"""The checks: one code each, with the keys of their findings.

A code never changes its meaning. ``docs/checks`` has a page for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from riskmodel.base.texts import Text

State = Literal["passed", "found", "not checked"]


@dataclass(frozen=True)
class Check:
    """A check with its title and the keys of its findings."""

    title: Text
    keys: tuple[str, ...]


CHECKS: dict[str, Check] = {
    "RM101": Check(Text(zh="数据源是否过期", en="sources are up to date"), ("stale", "unknown", "unstated")),
    "RM102": Check(Text(zh="完整性说明是否合理", en="statements of completeness are possible"), ("ahead", "reversed")),
    "RM103": Check(Text(zh="数据源是否有记录", en="sources have records"), ("nothing",)),
    "RM104": Check(Text(zh="隔离的行", en="few rows are in quarantine"), ("quarantine",)),
    "RM105": Check(Text(zh="没有记录的月份", en="no month lacks records"), ("gap",)),
    "RM106": Check(Text(zh="孤立的日期", en="no date is isolated by years"), ("isolated",)),
    "RM107": Check(Text(zh="获知早于发生", en="records became known after they occurred"), ("early",)),
    "RM108": Check(Text(zh="重复的月份", en="no month is repeated"), ("repeats",)),
    "RM109": Check(Text(zh="换编号的副本", en="no copies under other ids"), ("copied",)),
    "RM110": Check(Text(zh="获知延迟的变化", en="delays are steady"), ("slower", "faster")),
    "RM111": Check(Text(zh="最近一次导入", en="ingests are whole"), ("failed", "cut_off", "mostly_quarantined")),
    "RM112": Check(Text(zh="配置的取值是否出现", en="configured values occur"), ("never", "never_near")),
    "RM113": Check(Text(zh="日期的含义", en="dates mean the days that they count as"), ("midnights", "sundays", "default_day")),
    "RM114": Check(Text(zh="标签是否等待迟报", en="labels wait for late reports"), ("too_early", "taken_back")),
    "RM115": Check(Text(zh="旧事件是否一次录入", en="no old events were entered at once"), ("bulk",)),
    "RM116": Check(
        Text(zh="状态的结束是否仍在登记", en="ends of states keep coming"), ("never_ends", "ends_stop", "ends_at_once")
    ),
    "RM201": Check(Text(zh="水平的突变", en="levels do not break"), ("rises", "falls", "vanishes", "appears")),
    "RM202": Check(Text(zh="单日激增", en="no burst on one day"), ("burst", "delivery")),
    "RM203": Check(Text(zh="类别是否出现", en="kinds have records"), ("unseen", "unmapped")),
    "RM301": Check(Text(zh="暴露量是否齐全", en="exposures are complete"), ("missing", "zero_mostly", "zero")),
    "RM302": Check(Text(zh="没有记录的网格", en="cells have records"), ("empty",)),
    "RM303": Check(Text(zh="是否有网格不再有记录", en="no cell falls silent"), ("silent", "silent_kind")),
}

CODES: dict[str, str] = {key: code for code, check in CHECKS.items() for key in check.keys}
"""The code of each key of a finding."""


@dataclass(frozen=True)
class CheckState:
    """The result of one check.

    ``subjects`` is the number of sources, kinds or exposures that could be checked; a check of none is "not checked", never passed.
    """

    code: str
    title: Text
    state: State
    subjects: int
    findings: int


def check_state(code: str, subjects: int, findings: int) -> CheckState:
    """Return the state of a check."""
    state: State = "found" if findings else "passed" if subjects else "not checked"
    return CheckState(code, CHECKS[code].title, state, subjects, findings)
