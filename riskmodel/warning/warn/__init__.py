"""From scores and evidence to a short, explained list for every centre."""

from riskmodel.warning.warn.deciding import assemble, shortlist, warn
from riskmodel.warning.warn.lists import (
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
