"""One thing that is stuck: since when, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from riskmodel.base.days import to_iso
from riskmodel.base.texts import Text

Code = Literal[
    "no-history", "unreadable-history", "source-alert", "stale-source", "disappeared-kind", "no-night", "missed-nights", "night-to-come", "not-scored", "old-model", "failed-model",
    "centre-names", "unknown-nights", "absent-nights", "changed-policy", "undelivered", "delivery-waits", "silence", "unacknowledged", "held-list", "unusable-server", "waiting",
]  # fmt: skip


@dataclass(frozen=True)
class StatusItem:
    """One thing that is stuck, since when, and what to do.

    ``subject`` is the source, target or centre, and ``called`` what people call it (None: the same; empty: it needs no name).
    ``since`` is the first day on which it was so (None: from the beginning). ``stuck`` says that it is not as it should be; a draft of today
    only waits.
    """

    code: Code
    subject: str
    since: int | None
    said: Text
    remedy: Text
    stuck: bool = True
    called: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        since = None if self.since is None else to_iso(self.since)
        texts = {"said": self.said.model_dump(), "remedy": self.remedy.model_dump()}
        return {**asdict(self), "since": since, **texts, "called": None if self.called is None else self.called.model_dump()}


def run_commands(*commands: str) -> Text:
    """Return the advice to run commands, in every language."""
    quoted = [f"'{one}'" for one in commands]
    return Text(zh=f"运行 {'、'.join(commands)}。", en=f"Run {' and '.join(quoted)}.")


def mend_model(experiment: str) -> Text:
    """Return the advice for a champion whose files are damaged."""
    again = run_commands(f"riskmodel train {experiment}", f"riskmodel promote {experiment}")
    return Text(zh=f"从备份恢复其文件；没有备份则{again.zh}", en=f"Restore its files from a backup. Without one: {again.en}")
