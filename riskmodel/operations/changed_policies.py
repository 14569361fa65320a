"""Policies that were edited since their champions were trained."""

from __future__ import annotations

from collections.abc import Iterator

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.operations.status_items import StatusItem, run_commands
from riskmodel.registry import load_bundle
from riskmodel.registry.champion_folders import champions


def changed_policies(project: Project) -> Iterator[StatusItem]:
    """Yield the champions whose policy is not the one in the files.

    A policy is a part of a trained version: nights go on with the old one without a word. What cannot be read is named elsewhere.
    """
    from riskmodel.forecasts.experiment import load_experiment

    try:
        named = champions(project)
    except RiskmodelError:
        return
    for one in named:
        try:
            theirs, ours = load_bundle(one).experiment, load_experiment(project, one.experiment)
        except (RiskmodelError, OSError):
            continue
        if theirs.policy != ours.policy:
            keys = [key for key in type(ours.policy).model_fields if getattr(ours.policy, key) != getattr(theirs.policy, key)]
            said = Text(
                zh=f"文件中的策略（{'、'.join(keys)}）与现用模型的不同，名单仍按旧策略生成。",
                en=f"The policy in the files ({', '.join(keys)}) is not that of the champion; lists follow the old one.",
            )
            again = run_commands(f"riskmodel train {one.experiment}", f"riskmodel promote {one.experiment}")
            yield StatusItem("changed-policy", one.experiment, None, said, again, stuck=False, called=theirs.title)
