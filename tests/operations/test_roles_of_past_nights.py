"""Rules about roles that came later keep no past night from being rebuilt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from riskmodel.base.project import Project, project_table
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly.night_plan import plan_again, planned_project
from tests.worlds.town import AS_OF


def test_a_role_that_is_refused_since_is_not_read_from_past_settings(drafted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def later(roles: Sequence[str]) -> str | None:
        return "a role is refused." if "duty officer" in roles else None

    monkeypatch.setattr(project_table, "role_fault", later)
    ledger = Ledger.of_nights(drafted)
    plan = plan_again(ledger, AS_OF)
    assert plan.configuration is not None
    then = planned_project(drafted, ledger, plan)
    assert then.table.roles == drafted.table.roles
    assert then.table.kinds == drafted.table.kinds
