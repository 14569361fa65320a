"""The decision: scores and evidence become a short, explained list per centre."""

from riskmodel.warning.warn.assembly import assemble
from riskmodel.warning.warn.decision import shortlist, warn
from riskmodel.warning.warn.warning_list import (
    Candidate,
    Change,
    Dropped,
    Membership,
    Section,
    Status,
    Untrained,
    Warning,
    WarningList,
    Withheld,
)

__all__ = [
    "Candidate",
    "Change",
    "Dropped",
    "Membership",
    "Section",
    "Status",
    "Untrained",
    "Warning",
    "WarningList",
    "Withheld",
    "assemble",
    "shortlist",
    "warn",
]
