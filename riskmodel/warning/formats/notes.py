"""Notes: sentences on what is wrong with a night's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from riskmodel.base.days import to_day
from riskmodel.base.texts import Language, Text, enumerated
from riskmodel.records.source_alerts import SourceAlert
from riskmodel.warning.formats.alert_phrases import ALERT_PHRASES
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.plain_text import about_text, date_text, days_text
from riskmodel.warning.silent_places import SilentPlace
from riskmodel.warning.sudden_kinds import SuddenKind
from riskmodel.warning.warn.list_entries import ModelAge, Untrained
from riskmodel.warning.warn.sections import ONE_STOPPED
from riskmodel.warning.warn.warning_list import WarningList

_ORDER = ("disappears", "appears", "jumps")
SEVERAL_STOPPED = "These targets"
"""What stands for :data:`ONE_STOPPED` where a sentence is about several targets."""
MOST_SILENT = 5
"""Silent places that a sentence names."""
SUDDEN_KIND = PHRASES["sudden_kind"], PHRASES["sudden_kind_few"]


def notes(warning_list: WarningList, language: Language) -> list[str]:
    """Return the notes of a list.

    Models that are younger than the list, or older than tested, come first, then targets without a model, centres without a list, sources whose ingest failed or is
    incomplete, stale sources in one sentence, places without records any more, and kinds that disappeared, appeared or jumped, one
    sentence per source.
    """
    missing = [untrained_text(one, language) for one in warning_list.untrained]
    order = sorted(warning_list.sudden, key=lambda one: (_ORDER.index(one.what), one.source, one.since))
    grouped = groupby(order, key=lambda one: (one.what, one.source, one.since))
    called = {row.source: row.called(language) for row in warning_list.freshness}
    alerts = [alert_text(one, language, called[row.source]) for row in warning_list.freshness if (one := row.alert) is not None]
    return [
        *_age_text(warning_list, language),
        *missing,
        *(
            PHRASES["ended_list"](language, centre=one.centre, day=date_text(one.last, language))
            for one in warning_list.ended_lists
        ),
        *alerts,
        *_stale_text(warning_list, language),
        *_silent_texts(warning_list, language, called),
        *(_sudden_text(list(kinds), language, called) for _, kinds in grouped),
    ]


def _age_text(warning_list: WarningList, language: Language) -> list[str]:
    """Return a sentence on each model of an unfit age."""
    unfit = [one for one in warning_list.sections if one.age is not None and (one.hindsight or one.outdated)]
    found: dict[tuple[str, ModelAge], list[str]] = {}
    for section in unfit:
        if section.age is not None:
            title = f"“{section.title(language)}”" if language == "zh" else section.title(language)
            found.setdefault(("hindsight" if section.hindsight else "outdated", section.age), []).append(title)
    return [
        PHRASES[key](
            language,
            title=enumerated(titles, language),
            trained=date_text(age.trained, language),
            n=days_text(abs(warning_list.as_of - age.trained), language),
            tested=days_text(age.tested, language),
        )
        for (key, age), titles in found.items()
    ]


def stopped_targets(targets: Iterable[tuple[Text, Text | None]], language: Language) -> list[tuple[str, str]]:
    """Return targets that cannot be scored, and why.

    Those with the same reason are named together.

    Parameters
    ----------
    targets
        Title of each, and why it cannot be scored (None: it is).
    """
    found: dict[str, list[str]] = {}
    for title, why in targets:
        if why is not None:
            found.setdefault(why(language), []).append(title(language))
    return [
        (enumerated(titles, language), text if len(titles) == 1 else text.replace(ONE_STOPPED, SEVERAL_STOPPED, 1))
        for text, titles in found.items()
    ]


def unscored_targets(warning_list: WarningList, language: Language) -> list[tuple[str, str]]:
    """Return the targets of a list that cannot be scored, and why.

    They are those without the data that they need, then those without a usable model.
    """
    stopped = stopped_targets([(one.title, one.cannot_score) for one in warning_list.sections], language)
    return [*stopped, *((one.title(language), untrained_text(one, language)) for one in warning_list.untrained)]


def data_notes(warning_list: WarningList, language: Language) -> list[str]:
    """Return all notes but those on targets without a model."""
    missing = {untrained_text(one, language) for one in warning_list.untrained}
    return [note for note in notes(warning_list, language) if note not in missing]


def untrained_text(one: Untrained, language: Language) -> str:
    """Return why a target has no warnings, and what to do."""
    named = {"title": one.title(language), "target": one.target}
    if not one.damaged:
        return PHRASES["untrained"](language, **named)
    before = "" if one.last_scored is None else PHRASES["last_scored"](language, day=date_text(one.last_scored, language))
    return PHRASES["damaged_model"](language, **named, before=before)


def alert_text(one: SourceAlert, language: Language, called: str | None = None) -> str:
    """Return what is wrong with the last ingest of a source.

    ``called`` is its name for readers.
    """
    counts = {"count": "" if one.count is None else f"{one.count:,}", "of": "" if one.of is None else f"{one.of:,}"}
    said = ALERT_PHRASES[one.code]
    return said(
        language, source=called or one.source, since=date_text(to_day(one.since), language), new=one.new(language), **counts
    )


def _stale_text(warning_list: WarningList, language: Language) -> list[str]:
    """Return sentences on unknown and stale sources, if any."""
    stale = [(row.through, row.called(language)) for row in warning_list.stale() if row.through is not None]
    found = [
        PHRASES["unknown_source"](language, source=row.called(language))
        for row in warning_list.stale()
        if row.through is None and row.alert is None
    ]
    if not stale:
        return found
    through, source = min(stale)
    key = "stale_banner" if len(stale) == 1 else "stale_sources"
    return [*found, PHRASES[key](language, n=len(stale), source=source, through=date_text(through, language))]


def _silent_texts(warning_list: WarningList, language: Language, called: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence on the silent places of each source and kind.

    Stale sources are named already.
    """
    stale = {row.source for row in warning_list.stale()}
    order = sorted(
        (one for one in warning_list.silent_places if one.source not in stale), key=lambda one: (*_silent_in(one), -one.usual)
    )
    for (source, _), found in groupby(order, key=_silent_in):
        places = list(found)
        named = [
            PHRASES["silent_place"](
                language, place=one.name or one.place, since=date_text(one.since, language), n=f"{one.usual:,.0f}"
            )
            for one in places[:MOST_SILENT]
        ]
        rest = len(places) - MOST_SILENT
        named += [PHRASES["more_places"](language, n=f"{rest:,}")] if rest > 0 else []
        only, said = places[0].only, {"source": called.get(source, source), "places": enumerated(named, language)}
        if only is None:
            yield PHRASES["silent_places"](language, **said)
        else:
            yield PHRASES["silent_kind"](language, **said, kind=only(language))


def _silent_in(one: SilentPlace) -> tuple[str, str]:
    """Return source and kind, the whole source first."""
    return one.source, "" if one.only is None else one.only.en


def _sudden_text(sudden: list[SuddenKind], language: Language, called: Mapping[str, str]) -> str:
    first = sudden[0]
    kinds = [about_text(*SUDDEN_KIND, one.usual, language, kind=one.kind(language), count=f"{one.count:,}") for one in sudden]
    return PHRASES[f"sudden_{first.what}"](
        language,
        source=called.get(first.source, first.source),
        since=date_text(first.since, language),
        kinds=enumerated(kinds, language),
    )
