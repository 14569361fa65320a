"""The nightly job, approval and answers; what a night decides is ``warning_lists``' alone."""

from riskmodel.operations.nightly.approval import Approval, answer, approve
from riskmodel.operations.nightly.deciding import lists_for, stored_list
from riskmodel.operations.nightly.night import STEPS, NightReport, bundles_of, run_nightly, today
from riskmodel.operations.nightly.planning import plan_again, plan_from_champions, plan_night
from riskmodel.operations.nightly.state import Failpoint, Plan, State, Target

__all__ = [
    "STEPS", "Approval", "Failpoint", "NightReport", "Plan", "State", "Target", "answer", "approve", "bundles_of", "lists_for",
    "plan_again", "plan_from_champions", "plan_night", "run_nightly", "stored_list", "today",
]  # fmt: skip
