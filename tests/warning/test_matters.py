"""What targets of a list are called: short, and never two the same."""

from __future__ import annotations

import re
from dataclasses import replace

from riskmodel.base.texts import Text
from riskmodel.warning import FORMATS
from riskmodel.warning.formats.matters import headings, matter, matters
from riskmodel.warning.formats.plain_text import family_name
from riskmodel.warning.formats.worklist import work_rows
from riskmodel.warning.warn.warning_list import Section
from tests.worlds.full_list import full
from tests.worlds.listed_county import county

THEFT = Text(zh="盗窃", en="Theft")


def section(target: str, title: Text, days: int) -> Section:
    first = full().sections[0]
    return replace(first, target=target, title=title, horizon=days, last_day=first.first_day + days - 1)


def test_the_horizon_of_a_title_stands_in_the_deadline():
    assert matter("盗窃（7天）") == "盗窃"
    assert matter("Theft (7 days)") == "Theft"
    assert matter("盗窃（电动车）") == "盗窃（电动车）"
    assert matter("（7天）") == "（7天）"


def test_targets_of_one_title_have_their_horizon_or_their_name():
    week, month = section("week", Text(zh="盗窃（7天）", en="Theft (7 days)"), 7), section("month", THEFT, 28)
    assert matters([week, month], "zh") == {"week": "盗窃（7天）", "month": "盗窃（28天）"}
    assert matters([week, month], "en") == {"week": "Theft (7 days)", "month": "Theft (28 days)"}
    assert matters([section("new", THEFT, 7), section("old", THEFT, 7)], "en") == {"new": "Theft (new)", "old": "Theft (old)"}
    assert matters([week, section("fire", Text(zh="火灾", en="Fire"), 7)], "zh") == {"week": "盗窃", "fire": "火灾"}


def test_headings_differ_where_title_and_period_do_not():
    week, month, other = section("week", THEFT, 7), section("month", THEFT, 28), section("other", THEFT, 7)
    assert headings([week, month], "zh") == {"week": "盗窃", "month": "盗窃"}
    assert headings([week, other], "zh") == {"week": "盗窃（week）", "other": "盗窃（other）"}


def test_every_form_of_a_list_tells_its_targets_apart():
    whole = full()
    first = whole.sections[0]
    twice = replace(whole, sections=(first, replace(first, target="again", warnings=first.warnings[:1])))
    named = {row.matter for row in work_rows(twice, "en")}
    assert {f"{first.title('en')} (again)", f"{first.title('en')} ({first.target})"} <= {
        re.sub(r" \(\d+ days\)", "", one) for one in named
    }
    page = FORMATS["html"].render(twice, county(), "zh").decode()
    heads = re.findall(r'<h2 id="t-\d+">(.*?)</h2>', page, flags=re.DOTALL)
    assert len(heads) == len(set(heads)) == 2


def test_a_family_without_a_name_is_shown_without_underscores() -> None:
    assert family_name("street_lamps", "en") == family_name("street_lamps", "zh") == "street lamps"
    assert family_name("police", "zh") == "警情"
