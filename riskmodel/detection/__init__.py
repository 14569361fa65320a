"""Detection: whether something is unusual now, in addition to what is forecast.

Methods are in modules of their own, which are compiled when they are first used: :func:`riskmodel.detect` finds them by name.
"""

from riskmodel.detection.detector import Detector
from riskmodel.detection.ears import Ears, EarsResult, ears
from riskmodel.detection.judgement import Detection, Verdict
from riskmodel.detection.notice import Notice
from riskmodel.detection.unusual_groups import unusual

__all__ = ["Detection", "Detector", "Ears", "EarsResult", "Notice", "Verdict", "ears", "unusual"]
