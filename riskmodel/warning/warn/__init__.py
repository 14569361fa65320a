"""The decision: scores and evidence become a short, explained list per centre."""

from riskmodel.warning.warn.assembly import assemble
from riskmodel.warning.warn.decision import shortlist, warn
from riskmodel.warning.warn.follow_ups import open_follow_ups
from riskmodel.warning.warn.list_entries import (
    Candidate,
    Change,
    Dropped,
    EndedList,
    FollowUp,
    Membership,
    ModelAge,
    OverduePlace,
    PastList,
    Rule,
    Status,
    Subtotal,
    Timing,
    Untrained,
    Warning,
    Withheld,
)
from riskmodel.warning.warn.subtotals import with_subtotals
from riskmodel.warning.warn.warning_list import Section, WarningList

__all__ = [
    "Candidate",
    "Change",
    "Dropped",
    "EndedList",
    "FollowUp",
    "OverduePlace",
    "Membership",
    "ModelAge",
    "PastList",
    "Rule",
    "Section",
    "Status",
    "Subtotal",
    "Timing",
    "Untrained",
    "Warning",
    "WarningList",
    "Withheld",
    "assemble",
    "open_follow_ups",
    "shortlist",
    "warn",
    "with_subtotals",
]
