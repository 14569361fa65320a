"""Warnings: evidence, the decision which places are listed, and formats."""

from riskmodel.warning.draft_lists import warning_lists
from riskmodel.warning.evidence import AnsweredWarning, Evidence, Freshness, freshness, gather
from riskmodel.warning.formats import FORMATS
from riskmodel.warning.reasons import Reason
from riskmodel.warning.silent_places import SilentPlace, places_of
from riskmodel.warning.sudden_kinds import SuddenKind, disappeared, sudden_kinds
from riskmodel.warning.warn import (
    EndedList,
    ModelAge,
    PastList,
    Section,
    Untrained,
    Warning,
    WarningList,
    assemble,
    shortlist,
    warn,
)

__all__ = [
    "FORMATS",
    "AnsweredWarning",
    "EndedList",
    "Evidence",
    "Freshness",
    "ModelAge",
    "PastList",
    "Reason",
    "Section",
    "SuddenKind",
    "Untrained",
    "Warning",
    "SilentPlace",
    "WarningList",
    "assemble",
    "disappeared",
    "freshness",
    "gather",
    "places_of",
    "shortlist",
    "sudden_kinds",
    "warn",
    "warning_lists",
]
