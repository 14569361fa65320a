"""What is amiss with a night and its data, in a sentence each, for readers who have minutes."""

from __future__ import annotations

from itertools import groupby

from riskmodel.base.texts import Language
from riskmodel.warning.formats.words import WORDS, date_text
from riskmodel.warning.reasons import number
from riskmodel.warning.sudden import SuddenKind
from riskmodel.warning.warn.lists import Untrained, WarningList


def notes(warning_list: WarningList, language: Language) -> list[str]:
    """Targets without a model first, then stale feeds, then kinds that disappeared, appeared or jumped, a sentence a feed."""
    missing = [untrained_text(one, language) for one in warning_list.untrained]
    stale = [
        WORDS["stale_banner"](language, source=row.source, through=date_text(row.through, language))
        for row in warning_list.stale()
        if row.through is not None
    ]
    order = sorted(warning_list.sudden, key=lambda one: (_ORDER.index(one.what), one.source, one.since))
    grouped = groupby(order, key=lambda one: (one.what, one.source, one.since))
    return missing + stale + [_sentence(list(kinds), language) for _, kinds in grouped]


def untrained_text(one: Untrained, language: Language) -> str:
    """Why nothing is said of a target, and what to do."""
    return WORDS["untrained"](language, title=one.title(language), target=one.target)


_ORDER = ("disappears", "appears", "jumps")


def _sentence(sudden: list[SuddenKind], language: Language) -> str:
    first = sudden[0]
    kinds = [
        WORDS["sudden_kind"](language, kind=one.kind(language), count=f"{one.count:,}", usual=number(one.usual, language))
        for one in sudden
    ]
    return WORDS[f"sudden_{first.what}"](
        language,
        source=first.source,
        since=date_text(first.since, language),
        kinds=("、" if language == "zh" else ", ").join(kinds),
    )
