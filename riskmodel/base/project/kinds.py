"""Kinds of records, and those that are refused: lawful civic activity is neither a signal nor a target."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.errors import refused
from riskmodel.base.toml_tables import Table

LAWFUL_CIVIC_KINDS = (
    "petition", "assembly", "protest", "demonstration", "speech", "religio", "worship", "union", "strike", "journalis",
    "信访", "上访", "请愿", "集会", "游行", "示威", "言论", "宗教", "礼拜", "工会", "罢工", "记者", "维权",
)  # fmt: skip
"""Kinds that are lawful civic activity: refused as signal and as target."""

_HARMLESS = ("reunion", "competition", "repetition")
"""Words that only contain one of these."""


class Kind(Table):
    """A kind of record: its family, its names, and whether police effort makes it (``discretionary``)."""

    family: str
    zh: str
    en: str
    discretionary: bool = False
    state: bool = False


def refuse_civic(name: str, kind: Kind, source_names: Iterable[str] = ()) -> None:
    """Refuse a kind whose name, family or label is lawful civic activity, or that source rows of such a kind are mapped to.

    Raises
    ------
    RefusedError
        If one of :data:`LAWFUL_CIVIC_KINDS` stands in its name, family, labels or the sources' own names for it.
    """
    text = " ".join((name, kind.family, kind.zh, kind.en, *source_names)).lower()
    for word in _HARMLESS:
        text = text.replace(word, "")
    found = [word for word in LAWFUL_CIVIC_KINDS if word in text]
    if found:
        raise refused(
            f"The kind {name!r}",
            f"{found[0]!r} is lawful civic activity, which is neither a signal nor a target here",
            "Remove the kind and its source rows from riskmodel.toml.",
        )
