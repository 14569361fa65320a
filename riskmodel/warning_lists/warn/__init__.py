"""From scores and evidence to a short, explained list for every centre."""

from riskmodel.warning_lists.warn.deciding import assemble, shortlist, warn
from riskmodel.warning_lists.warn.lists import (
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
