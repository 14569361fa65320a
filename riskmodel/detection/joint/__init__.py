"""Joint judgement of police, online and residents' signals."""

from riskmodel.detection.joint.surge_cluster import EarlySign, Surge, SurgeFamily
from riskmodel.detection.joint.surge_report import SurgeReport, surge

__all__ = ["EarlySign", "Surge", "SurgeFamily", "SurgeReport", "surge"]
