"""What a night knows after each of its steps: a plan of what is read, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.project import Project
from riskmodel.ledger import Receipt, Store

if TYPE_CHECKING:
    from riskmodel.detection import Notice
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History
    from riskmodel.warning import Evidence, SuddenKind, WarningList


@dataclass(frozen=True)
class Target:
    """One target of a night: its experiment, the registered version that scores it, its share, the night it looks back to."""

    experiment: str
    version: int
    model: str
    share: float
    previous: int | None


@dataclass(frozen=True)
class Plan:
    """Everything that a night reads: with the same plan it comes out the same.

    ``manifest`` is the history's, ``answers`` the number of the last answer that is taken into account, ``grouping`` whose
    groups are the centres. ``missing`` are targets that share the capacity but have no champion. ``replay`` says that the night is
    closed, and the plan is the one that it was made from.
    """

    as_of: int
    manifest: str
    answers: int
    grouping: str
    targets: tuple[Target, ...]
    missing: tuple[str, ...] = ()
    replay: bool = False


@dataclass(frozen=True, eq=False)
class State:
    """A night on its way. Each step returns a state with more of it filled in; dictionaries are by experiment name."""

    project: Project
    store: Store
    plan: Plan
    bundle_of: Callable[[Target], Bundle]
    day: int
    history: History | None = None
    stale: Mapping[str, int] = field(default_factory=dict)
    sudden: tuple[SuddenKind, ...] = ()
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    scores: Mapping[str, Scores] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    notice_grouping: str | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    previous: Mapping[str, tuple[WarningList, ...]] = field(default_factory=dict)
    lists: tuple[WarningList, ...] = ()
    paths: tuple[Path, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    @property
    def read_history(self) -> History:
        """The history, which the step ``read`` has loaded."""
        if self.history is None:
            raise AssertionError("a step that needs the history ran before the step that reads it")
        return self.history


Step = Callable[[State], State]
Failpoint = Callable[[str], None]
Progress = Callable[[str, float], None]


def no_failure(_point: str) -> None:
    """The failpoint that lets everything pass; tests put one in its place that raises."""


def no_progress(_step: str, _share: float) -> None:
    """The progress that nobody looks at."""


def run(steps: Mapping[str, Step], state: State, failpoint: Failpoint = no_failure, progress: Progress = no_progress) -> State:
    """The state after all ``steps``, in order.

    Parameters
    ----------
    failpoint
        Called with the name of each step before it, and with ``"done"`` after the last.
    progress
        Called likewise, with the share of the steps that are done.
    """
    for number, (name, step) in enumerate(steps.items()):
        progress(name, number / len(steps))
        failpoint(name)
        state = step(state)
    failpoint("done")
    progress("done", 1.0)
    return state
