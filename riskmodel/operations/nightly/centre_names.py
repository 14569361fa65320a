"""Names of centres that no list of a night has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project
from riskmodel.base.texts import Text

if TYPE_CHECKING:
    from riskmodel.base.policy import Policy
    from riskmodel.warning import WarningList


def centre_faults(project: Project, lists: Iterable[WarningList], policies: Mapping[str, Policy]) -> Iterator[Text]:
    """Yield what is wrong with the names of centres.

    That is a centre that had a list before and has none, a channel that is for no list, and a capacity that no list has.

    Parameters
    ----------
    policies
        Experiment to its policy.
    """
    of_night = list(lists)
    there = {one.centre for one in of_night}
    for one in dict.fromkeys(ended for each in of_night for ended in each.ended_lists):
        day = to_iso(one.last)
        yield Text(zh=f"“{one.centre}”在{day}有名单，本批次没有", en=f"{one.centre} had a list on {day} and has none now")
    for channel in project.table.delivery.channels:
        for centre in sorted(set(channel.centres) - there if there else ()):
            zh, en = (
                f"送达渠道“{channel.name}”写有“{centre}”，但没有该中心的名单",
                f"the channel '{channel.name}' names {centre}, of which there is no list",
            )
            yield Text(zh=zh, en=en)
    for name, policy in sorted(policies.items()):
        for centre in sorted(set(policy.capacity_by_centre) - there if there else ()):
            zh, en = (
                f"“{name}”的名额写有“{centre}”，但没有该中心的名单",
                f"the capacity of {name} names {centre}, of which there is no list",
            )
            yield Text(zh=zh, en=en)
