"""Warning lists: what stands beside a forecast, which places are warned of, and how that is written down."""

from riskmodel.warning.compose import warning_lists
from riskmodel.warning.formats import FORMATS, write
from riskmodel.warning.reasons import Answer, Evidence, Freshness, Reason, freshness, gather
from riskmodel.warning.sudden import SuddenKind, disappeared, sudden_kinds
from riskmodel.warning.warn import Section, Untrained, Warning, WarningList, assemble, shortlist, warn

__all__ = [
    "FORMATS",
    "Answer",
    "Evidence",
    "Freshness",
    "Reason",
    "Section",
    "SuddenKind",
    "Untrained",
    "Warning",
    "WarningList",
    "assemble",
    "disappeared",
    "freshness",
    "gather",
    "shortlist",
    "sudden_kinds",
    "warn",
    "warning_lists",
    "write",
]
