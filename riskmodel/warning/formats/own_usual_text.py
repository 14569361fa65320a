"""Numbers beside a place's own usual ones, where a probability says nothing."""

from __future__ import annotations

from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language, Text, bracketed, enumerated
from riskmodel.warning.formats.plain_text import interval_text, place_name
from riskmodel.warning.numbers import percent, whole
from riskmodel.warning.warn.list_entries import Warning
from riskmodel.warning.warn.warning_list import Section, WarningList

FIGURE, EXPECTED = Text(zh="约{n}起", en="about {n}"), Text(zh="预计{n}起", en="{n} expected")
OWN = Text(zh="该处{span}平均每{days}天{n}起", en="here {n} in {length} on average over the {span}")
SPANS = {365: Text(zh="近一年", en="last year"), 730: Text(zh="近两年", en="last two years")}
SPAN = Text(zh="近{n}天", en="last {n} days")
MORE, FEWER = Text(zh="预计多{n}起", en="{n} more expected"), Text(zh="预计少{n}起", en="{n} fewer expected")
ALIKE, CLEARLY = Text(zh="与往常相近", en="about as usual"), Text(zh="明显偏离往常", en="clearly unusual")
NEAR = 0.1
"""A number that differs by less than this share is as usual."""
MOST_NAMED = 3
FIRST_BY_EXCESS = Text(zh="其中比往常多得最多的是{places}。", en=" Furthest above their own mean: {places}.")
NEARLY_CERTAIN = Text(
    zh="此类事件在预测时段内几乎处处都会发生，可能性区分不了地点，因此写预计起数，并与该处自己的往常对照。",
    en="Such an event is nearly certain in the period at most of these places. The expected number is therefore shown in place of the probability, beside the place's own mean.",
)


def figure_text(warning: Warning, language: Language) -> str:
    """Return the probability, or the expected number in its place."""
    if warning.own_usual is None:
        return percent(warning.probability)
    return FIGURE(language, n=whole(warning.expected, language))


def own_usual_text(warning: Warning, language: Language) -> str:
    """Return the expected number beside the place's own usual one.

    It is empty where the probability says enough.
    """
    if warning.own_usual is None:
        return ""
    return ("，" if language == "zh" else ", ").join(
        (EXPECTED(language, n=whole(warning.expected, language)), comparison_text(warning, language))
    )


def comparison_text(warning: Warning, language: Language) -> str:
    """Return interval and own usual number; empty if the probability says enough.

    A usual number outside of the interval is called so.
    """
    usual = warning.own_usual
    if usual is None:
        return ""
    span, days = SPANS.get(usual.days) or Text(zh=SPAN("zh", n=usual.days), en=SPAN("en", n=usual.days)), warning.horizon
    number, length = whole(usual.number, language), counted(days, "day")
    own = OWN(language, span=span(language), n=number, days=days, length=length)
    comma, stop = ("，", "；") if language == "zh" else (", ", "; ")
    interval, _ = interval_text(warning, language)
    return stop.join([*([interval] if interval else []), comma.join([own, *_verdict(warning, usual.number, language)])])


def nearly_certain_text(section: Section, whole: WarningList, language: Language) -> str:
    """Return why a section shows numbers; empty if it does not.

    The listed places are ranked by expected numbers, so the first ones hardly change; those that are furthest above their own mean are named.
    """
    if all(one.own_usual is None for one in (*section.warnings, *section.spot_checks)):
        return ""
    above = sorted((one for one in section.warnings if _excess(one) > 0), key=_excess, reverse=True)
    named = [
        bracketed(place_name(one, whole.grouping)[0], MORE(language, n=f"{_excess(one):,}"), language)
        for one in above[:MOST_NAMED]
    ]
    return NEARLY_CERTAIN(language) + (FIRST_BY_EXCESS(language, places=enumerated(named, language)) if named else "")


def _excess(warning: Warning) -> int:
    """Return the expected number above the own usual one.

    It is 0 where both are about the same.
    """
    if warning.own_usual is None:
        return 0
    usual = warning.own_usual.number
    more = round(warning.expected) - round(usual)
    return more if abs(warning.expected - usual) >= NEAR * usual else 0


def _verdict(warning: Warning, usual: float, language: Language) -> list[str]:
    more, ends = _excess(warning), warning.interval
    said = [(MORE if more > 0 else FEWER if more < 0 else ALIKE)(language, n=f"{abs(more):,}")]
    return [*said, CLEARLY(language)] if ends is not None and not ends.low <= usual <= ends.high else said
