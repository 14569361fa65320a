"""Detection: whether something is unusual now, beside what is forecast."""

from riskmodel.detection.ears import Judged, ears
from riskmodel.detection.judgement import unusual
from riskmodel.detection.notice import Notice

__all__ = ["Judged", "Notice", "ears", "unusual"]
