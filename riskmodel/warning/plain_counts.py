"""Explanations in plain counts, which a person can check in the records.

A model reads weighted sums, rates and ratios. On a list, their contributions are shown beside the plain number of the same records
in one of a few windows, and beside the mean of that number over all places scored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import (
    CELL,
    COUNTY,
    NEIGHBOURS,
    Count,
    Feature,
    Harmonic,
    KindGroup,
    Nearby,
    OpenSince,
    PlaceFigure,
    ShrunkenRate,
    State,
    StateAge,
    TimeSince,
)
from riskmodel.asof.vocabulary.kind_groups import kind_text, measure_word
from riskmodel.asof.vocabulary.phrases import scope_text
from riskmodel.base.texts import Text
from riskmodel.forecasts.explanation import ExplainedPart, Explanation
from riskmodel.forecasts.forecasters.additive.part_meanings import ADDITIVE_MEANINGS, SEASON_OF_SUM

if TYPE_CHECKING:
    from riskmodel.asof.design import Design
    from riskmodel.base.project import Kind
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History

WINDOWS = (14, 30, 90, 365, 730)
"""The windows of plain counts, in days."""

REACH = 1.5
"""A decayed count is shown in the first window of at least so many half-lives."""

SMALLEST = 0.01
"""A part whose contributions are all below this (1 %) is not counted again."""

TIME_OF_YEAR = ExplainedPart(
    "season_of_the_year",
    "calendar",
    "",
    ADDITIVE_MEANINGS[SEASON_OF_SUM],
    form="times",
    everywhere=True,
)
"""All waves of the year together."""

LONG = {365: Text(zh="近一年", en="the last year"), 730: Text(zh="近两年", en="the last two years")}


PlainFeature = Count | State | PlaceFigure


class PlainForm(NamedTuple):
    """A plain feature and the columns of its parts."""

    feature: PlainFeature
    columns: list[int]


def in_plain_counts(explanation: Explanation, scores: Scores, history: History) -> Explanation:
    """Return an explanation whose parts of records are plain counts.

    Contributions of parts with the same plain form are added, so they still sum to the log mean. Parts without records stay as they are.

    Parameters
    ----------
    scores
        Those that were explained, of one as-of date.
    history
        What the scores were computed from, without the days that the experiment ignores.
    """
    explanation = _one_season(explanation)
    forms = _forms(explanation)
    merged = {column for form in forms for column in form.columns}
    kept = [column for column in range(len(explanation.parts)) if column not in merged]
    if not forms:
        return dataclasses.replace(explanation, parts=tuple(map(_readable, explanation.parts)))
    made = _counted(forms, history, int(scores.as_of[0]))
    parts, values, usual = [], [], []
    rows = np.searchsorted(made.cell, explanation.cell)
    scored = np.searchsorted(made.cell, np.unique(scores.cell))
    details: dict[str, tuple[Text, ...]] = {}
    for feature, _ in forms:
        column = made.column(feature.name)
        parts.append(_part(feature, history.kinds))
        values.append(column[rows].astype(np.float64))
        known = column[scored][np.isfinite(column[scored])]
        usual.append(float(known.mean(dtype=np.float64)) if len(known) else np.nan)
        if _single_states(feature):
            details[feature.name] = _details(_single_states(feature), made, rows, history.kinds)
    sums = [explanation.contribution[:, form.columns].sum(axis=1) for form in forms]
    return dataclasses.replace(
        explanation,
        parts=(*parts, *(_readable(explanation.parts[column]) for column in kept)),
        contribution=np.column_stack([*sums, *explanation.contribution[:, kept].T]),
        value=np.column_stack([*values, *explanation.value[:, kept].T]),
        usual=np.array([*usual, *explanation.usual[kept]]),
        details=details,
    )


def plain_form(feature: Feature) -> PlainFeature | None:
    """Return the plain feature that stands for a feature.

    It is a count, a number of states, or a figure of the place. None for a feature that reads neither, or that a person can check as it is.
    """
    if isinstance(feature, (Count, State)):
        return feature
    reader = next((part for part in feature.parts() if _kinds_of(part)), None)
    if reader is None:
        figures = [part for part in feature.parts() if isinstance(part, PlaceFigure)]
        return figures[0] if len(figures) == 1 else None
    if isinstance(feature, (TimeSince, OpenSince)):
        return None
    over = CELL if isinstance(reader, ShrunkenRate) else str(getattr(reader, "over", CELL))
    over = NEIGHBOURS if isinstance(feature, Nearby) else over
    if isinstance(reader, (State, StateAge)):
        return State(_kinds_of(reader), over=over)
    return Count(_kinds_of(reader), _window_of(reader), over=over)


def _one_season(explanation: Explanation) -> Explanation:
    """Return an explanation whose waves of the year are one part."""
    waves = [at for at, part in enumerate(explanation.parts) if isinstance(part.feature, Harmonic)]
    if not waves:
        return explanation
    kept = [at for at in range(len(explanation.parts)) if at not in waves]
    total = explanation.contribution[:, waves].sum(axis=1)
    return dataclasses.replace(
        explanation,
        parts=(*(explanation.parts[at] for at in kept), TIME_OF_YEAR),
        contribution=np.column_stack([explanation.contribution[:, kept], total]),
        value=np.column_stack([explanation.value[:, kept], np.exp(total)]),
        usual=np.append(explanation.usual[kept], 1.0),
    )


def _readable(part: ExplainedPart) -> ExplainedPart:
    """Return a part without plain form with whole numbers of days."""
    return dataclasses.replace(part, form="count") if part.unit == "days" else part


def _forms(explanation: Explanation) -> list[PlainForm]:
    """Return the plain forms of the parts that matter, in order."""
    found: dict[str, PlainForm] = {}
    groups = _named_groups(explanation.parts)
    for column, part in enumerate(explanation.parts):
        matters = bool(np.any(np.abs(explanation.contribution[:, column]) >= SMALLEST))
        form = None if part.feature is None or not matters else plain_form(part.feature)
        if form is not None:
            if not isinstance(form, PlaceFigure):
                form = dataclasses.replace(form, kinds=groups.get(frozenset(form.kinds), form.kinds))
            found.setdefault(form.name, PlainForm(form, [])).columns.append(column)
    return list(found.values())


def _named_groups(parts: Iterable[ExplainedPart]) -> dict[frozenset[str], KindGroup]:
    """Return the kind groups among the parts by their kinds."""
    features = [part.feature for part in parts if part.feature is not None]
    kinds = [_kinds_of(one) for feature in features for one in feature.parts()]
    return {frozenset(each): each for each in kinds if isinstance(each, KindGroup)}


def _kinds_of(feature: Feature) -> tuple[str, ...]:
    """Return the kinds that a feature reads itself, not through its parts."""
    kinds = getattr(feature, "kinds", ())
    return kinds if isinstance(kinds, tuple) else ()


def _window_of(reader: Feature) -> int:
    """Return the window that covers most of what a feature reads."""
    for name, reach in (("window", 1.0), ("short", 1.0), ("period", 1.0), ("half_life", REACH)):
        days = getattr(reader, name, None)
        if isinstance(days, (int, float)):
            return next((window for window in WINDOWS if window >= days * reach), WINDOWS[-1])
    return WINDOWS[-2]


def _counted(forms: Sequence[PlainForm], history: History, as_of: int) -> Design:
    """Return the plain counts of every cell."""
    features: dict[str, Feature] = {form.feature.name: form.feature for form in forms}
    for feature, _ in forms:
        features |= {one.name: one for one in _single_states(feature)}
    return design(history, as_of, list(features.values()))


def _single_states(feature: PlainFeature) -> list[State]:
    """Return the state of each kind, where several are added."""
    if not isinstance(feature, State) or len(feature.kinds) == 1:
        return []
    return [State(kind, over=feature.over) for kind in feature.kinds]


def _details(singles: Sequence[State], made: Design, rows: np.ndarray, kinds: Mapping[str, Kind]) -> tuple[Text, ...]:
    """Return the number of each kind, one phrase per cell."""
    columns = {one.kinds[0]: made.column(one.name)[rows] for one in singles}
    found = []
    for row in range(len(rows)):
        there = sorted(((int(column[row]), kind) for kind, column in columns.items() if column[row] > 0), reverse=True)
        names = {kind: kind_text((kind,), kinds) for _, kind in there}
        zh, en = (
            "、".join(f"{names[kind].zh}{n:,}" for n, kind in there),
            ", ".join(f"{names[kind].en} {n:,}" for n, kind in there),
        )
        found.append(Text(zh=f"（{zh}）" if zh else "", en=f" ({en})" if en else ""))
    return tuple(found)


def _part(feature: PlainFeature, kinds: Mapping[str, Kind]) -> ExplainedPart:
    whole = ExplainedPart(feature.name, feature.family(kinds), feature.unit, _meaning(feature, kinds), feature, "count")
    if isinstance(feature, PlaceFigure):
        return dataclasses.replace(whole, form="year") if feature.figure.endswith("year") else whole
    return dataclasses.replace(whole, everywhere=feature.over == COUNTY)


def _meaning(feature: PlainFeature, kinds: Mapping[str, Kind]) -> Text:
    """Return the sentence of a plain count.

    A unit in brackets behind the name of a kind is its measure word.
    """
    if isinstance(feature, PlaceFigure):
        own = feature.meaning(kinds)
        return Text(zh=own.zh.removeprefix("本网格"), en=own.en)
    what = kind_text(feature.kinds, kinds)
    whose = Text(zh="", en="") if feature.over == CELL else scope_text(feature.over)
    place = "" if feature.over == CELL else f" ({whose.en[0].lower()}{whose.en[1:]})"
    name, unit = what.zh, measure_word(feature.kinds, kinds, "起")
    # a name in Latin letters runs into the number otherwise
    name = f" {name} " if name[:1].isascii() and name[-1:].isascii() else name
    if isinstance(feature, State):
        return _state_meaning(feature, kinds, Text(zh=name, en=what.en), Text(zh=whose.zh, en=place), unit)
    days = feature.window
    when = LONG.get(days, Text(zh=f"近{days}天", en=f"the last {days} days"))
    if feature.lag:
        when = Text(zh=f"{feature.lag}天前的{days}天", en=f"the {days} days before the last {feature.lag}")
    return Text(
        zh=f"{whose.zh}{when.zh}{name}{{value}}{unit}，平常{{usual}}{unit}",
        en=f"{what.en}{place}: {{value}} in {when.en}, usually {{usual}}",
    )


def _state_meaning(feature: State, kinds: Mapping[str, Kind], name: Text, whose: Text, unit: str) -> Text:
    """Return the sentence of what holds now; disputes are not resolved yet."""
    several = "{detail}" if _single_states(feature) else ""
    grouped = isinstance(feature.kinds, KindGroup) or not several
    label = name.zh if grouped else _common_end(name.zh)
    disputes = feature.family(kinds) == "dispute"
    unit = "处" if unit == "起" and not disputes else unit
    ending = "未化解" if disputes else ""
    return Text(
        zh=f"{whose.zh}目前{label}{{value}}{unit}{ending}{several}，平常{{usual}}{unit}",
        en=f"{f'{name.en} ' if grouped else ''}now{whose.en}: {{value}}{several}, usually {{usual}}",
    )


def _common_end(names: str) -> str:
    """Return what joined names of kinds have in common at their end."""
    each = names.split("、")
    end = each[0]
    while end and not all(name.endswith(end) for name in each):
        end = end[1:]
    return end if len(end) > 1 else names
