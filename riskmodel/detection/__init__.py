"""Detection: whether something is unusual now, in addition to what is forecast."""

from riskmodel.detection.ears import EarsResult, ears
from riskmodel.detection.notice import Notice
from riskmodel.detection.unusual_groups import unusual

__all__ = ["EarsResult", "Notice", "ears", "unusual"]
