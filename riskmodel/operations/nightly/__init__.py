"""The nightly job, approval and answers; ``warning`` alone decides a warning."""

from riskmodel.operations.nightly.approval import Approval, approve
from riskmodel.operations.nightly.list_changes import ListChange, held_lists
from riskmodel.operations.nightly.night import NIGHT_STEPS, deliver_waiting, run_nightly, seconds, today
from riskmodel.operations.nightly.night_plan import (
    NightPlan,
    PlannedTarget,
    bundles_of,
    plan_again,
    plan_from_champions,
    plan_night,
)
from riskmodel.operations.nightly.night_replay import NightReplay, replay_night
from riskmodel.operations.nightly.night_report import NightReport
from riskmodel.operations.nightly.night_steps import Failpoint, NightProgress
from riskmodel.operations.nightly.place_stories import place_story
from riskmodel.operations.nightly.project_surge_report import project_surges
from riskmodel.operations.nightly.single_answer import answer
from riskmodel.operations.nightly.stored_pages import approved_page
from riskmodel.operations.nightly.undelivered_lists import Undelivered, overdue, undelivered_lists

__all__ = [
    "NIGHT_STEPS", "Approval", "Failpoint", "ListChange", "NightPlan", "NightProgress", "NightReplay", "NightReport", "PlannedTarget", "Undelivered", "answer",
    "approve", "approved_page", "bundles_of", "deliver_waiting", "held_lists", "overdue", "place_story", "plan_again", "plan_from_champions", "plan_night", "project_surges", "replay_night", "run_nightly", "seconds", "today", "undelivered_lists",
]  # fmt: skip
