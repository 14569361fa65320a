"""Joint judgement of police, online and residents' signals."""

from riskmodel.detection.joint.surge_cluster import EarlySign, JudgedFamily, Surge, SurgeFamily, UnjudgedFamily
from riskmodel.detection.joint.surge_report import SurgeReport, surge
from riskmodel.detection.joint.topics import can_be_judged

__all__ = ["EarlySign", "JudgedFamily", "Surge", "SurgeFamily", "SurgeReport", "UnjudgedFamily", "can_be_judged", "surge"]
