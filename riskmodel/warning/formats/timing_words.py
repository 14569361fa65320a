"""Marks of lists that are never approved, and their banners."""

from __future__ import annotations

from riskmodel.base.texts import phrase

TIMING_MARKS = {
    "night": phrase("", ""),
    "replay": phrase("回放 REPLAY", "REPLAY"),
    "preview": phrase("预演 PREVIEW", "PREVIEW"),
    "late": phrase("补算 LATE", "LATE"),
}
"""The mark beside a list's status, by its timing."""

BANNERS = {
    "night": phrase("未经人工批准，不得外发或据此派单。", "Not approved by a person: do not send it on or act on it."),
    "replay": phrase(
        "回放名单，仅供核对：所用模型在名单日期之后训练，已知道此后发生的情况。不得批准、外发或据此派单。",
        "A replay, for comparison only: a model was trained after the date of this list and has seen what happened then. It cannot be "
        "approved or sent, and nobody should act on it.",
    ),
    "preview": phrase(
        "预演名单，仅供参考：在名单日期之前生成，届时的数据尚不完整。不得批准、外发或据此派单；到期请重新运行。",
        "A preview: made before its date, from incomplete data. It cannot be approved or sent, and nobody should act on it; run the "
        "night again on its date.",
    ),
    "late": phrase(
        "补算名单，仅供存档：当晚未能运行，事后按当时已知的数据补算。不得批准、外发或据此派单；请以最新名单为准。",
        "A late list, for the record only: its night was missed, and it was made afterwards from what was known then. It cannot be "
        "approved or sent, and nobody should act on it; the list to act on is the latest.",
    ),
}
"""What stands under a draft's mark, by the list's timing."""
