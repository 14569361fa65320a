"""Warning lists: what stands beside a forecast, which places are warned of, and how that is written down."""

from riskmodel.warning_lists.compose import warning_lists
from riskmodel.warning_lists.formats import FORMATS, write
from riskmodel.warning_lists.reasons import Answer, Evidence, Freshness, Reason, freshness, gather
from riskmodel.warning_lists.warn import Section, Warning, WarningList, assemble, shortlist, warn

__all__ = [
    "FORMATS",
    "Answer",
    "Evidence",
    "Freshness",
    "Reason",
    "Section",
    "Warning",
    "WarningList",
    "assemble",
    "freshness",
    "gather",
    "shortlist",
    "warn",
    "warning_lists",
    "write",
]
