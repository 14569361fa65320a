"""Warning lists: what stands beside a forecast, which places are warned of, and how that is written down."""

from riskmodel.warning_lists.compose import warning_lists
from riskmodel.warning_lists.formats import FORMATS, write
from riskmodel.warning_lists.reasons import Answer, Evidence, Freshness, Reason, freshness, gather
from riskmodel.warning_lists.sudden import SuddenKind, disappeared, sudden_kinds
from riskmodel.warning_lists.warn import Section, Untrained, Warning, WarningList, assemble, shortlist, warn

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
