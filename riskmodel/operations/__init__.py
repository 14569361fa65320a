"""Operations: the nightly job, approval, delivery, promotion and the served model."""

from riskmodel.operations.nightly import Approval, NightReport, answer, approve, run_nightly
from riskmodel.operations.promotion import promote, roll_back

__all__ = ["Approval", "NightReport", "answer", "approve", "promote", "roll_back", "run_nightly"]
