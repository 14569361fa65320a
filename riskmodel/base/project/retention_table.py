"""The table ``[retention]``: how long is kept what can be made again."""

from __future__ import annotations

from pydantic import Field

from riskmodel.base.toml_tables import Table


class RetentionTable(Table):
    """How long ``riskmodel prune`` leaves what can be made again.

    ``outbox_days`` is for the files of a night in the outbox, counted back from the last night; ``work_days`` for what backtests and policies keep
    to be quicker the next time, and for notes of answers that were rejected.
    """

    outbox_days: int = Field(default=90, ge=1)
    work_days: int = Field(default=90, ge=1)
