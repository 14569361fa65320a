"""A policy that was edited between two nights holds only once it is trained; until then the status says so."""

from __future__ import annotations

from riskmodel.base.project import Project
from riskmodel.operations.changed_policies import changed_policies
from riskmodel.operations.project_status import project_status
from tests.worlds.town import AS_OF, experiment, run


def test_an_edited_policy_is_named_until_it_is_promoted(ready: Project, monkeypatch) -> None:
    run(ready)
    stated = experiment()
    monkeypatch.setattr("riskmodel.forecasts.experiment.load_experiment", lambda project, name: stated)
    assert list(changed_policies(ready)) == []
    changed = stated.policy.model_copy(update={"capacity": stated.policy.capacity + 1})
    edited = stated.model_copy(update={"policy": changed})
    monkeypatch.setattr("riskmodel.forecasts.experiment.load_experiment", lambda project, name: edited)
    (one,) = [item for item in project_status(ready, AS_OF).items if item.code == "changed-policy"]
    assert (one.subject, one.stuck) == ("fire", False)
    assert one.said.en == "The policy in the files (capacity) is not that of the champion; lists follow the old one."
    assert one.said.zh == "文件中的策略（capacity）与现用模型的不同，名单仍按旧策略生成。"
    assert one.remedy.en == "Run 'riskmodel train fire' and 'riskmodel promote fire'."
