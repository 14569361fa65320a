"""Lists in every form: drafts, sentences in both languages, follow-ups and spot checks."""

from __future__ import annotations

import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.policy import Grade, Policy
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.warning import FORMATS, AnsweredWarning, SuddenKind, Untrained, assemble
from riskmodel.warning.formats import file_name
from riskmodel.warning.formats import json as json_form
from riskmodel.warning.formats.html import render
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.plain_text import action_text, date_text, short_date
from tests.worlds.full_list import MEAN, full, rows_of
from tests.worlds.listed_county import AS_OF, FRESH, STALE, TITLE, county, lists, scored


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"xlsx", "cap"}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_marked_in_every_form_and_an_approved_list_in_none(name, language):
    places = county()
    draft = full()
    rendered = FORMATS[name].render(draft, places, language).decode()
    assert "DRAFT" in rendered
    assert ("草稿" in rendered) is (language == "zh" or name == "json")
    approved = FORMATS[name].render(draft.approved(), places, language).decode()
    body = approved[approved.index("<body") :] if name == "html" else approved
    assert "草稿" not in body
    assert "DRAFT" not in body
    assert FORMATS[name].render(draft, places, language) == FORMATS[name].render(full(), county(), language)


def test_the_name_of_a_file_says_night_centre_and_draft():
    assert [file_name(full(), name) for name in FORMATS] == [
        f"2025-01-06_第1指挥中心.DRAFT.{suffix}" for suffix in ("csv", "json", "html", "cap.xml", "xlsx")
    ]
    assert file_name(full().approved(), "json") == "2025-01-06_第1指挥中心.json"


def test_a_centres_name_cannot_leave_the_folder():
    names = {file_name(replace(full(), centre=centre), "json") for centre in ("../../a b", "a_b", "", "a/b")}
    assert len(names) == 4
    assert all(re.fullmatch(r"[\w.-]+", name) and ".." not in name for name in names)


def test_json_comes_back_unchanged():
    whole = full()
    content = json_form.render(whole)
    assert json_form.read(content) == whole
    assert json_form.render(json_form.read(content)) == content
    plain = json.loads(content)
    assert plain["as_of"] == "2025-01-06"
    assert plain["sections"][0]["warnings"][0]["expires"] == "2025-02-02"
    with pytest.raises(UsageError, match="not JSON"):
        json_form.read(b"{")


def test_the_published_schema_holds_for_every_list():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(__file__).parents[2] / "docs" / "warning_list.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    followed = lists(scored(county(names=["第1网格"] * 48), MEAN), Policy(capacity=8), answers=FOLLOW_UPS)
    for whole in (full(), replace(full(), zone="Asia/Shanghai", journal="0123abcd"), *followed):
        assert list(validator.iter_errors(json.loads(json_form.render(whole)))) == []
    broken = json.loads(json_form.render(full()))
    broken["sections"][0]["warnings"][0]["grade"] = "purple"
    del broken["as_of"]
    assert len(list(validator.iter_errors(broken))) == 2


def test_what_is_not_stated_has_no_key_so_that_earlier_digests_hold():
    plain = json.loads(json_form.render(lists(scored(county(), MEAN), Policy(capacity=8))[0]))
    assert not {"journal", "zone"} & set(plain)
    assert not {"name"} & set(plain["sections"][0]["warnings"][0])


SUDDEN = (
    SuddenKind("calls", Text(zh="火警", en="fire calls"), "disappears", AS_OF - 7, 0, 20.0),
    SuddenKind("calls", Text(zh="盗窃", en="thefts"), "jumps", AS_OF - 7, 1_240, 31.5),
    SuddenKind("complaints", Text(zh="噪音", en="noise"), "appears", AS_OF - 14, 12, 0.0),
    SuddenKind("calls", Text(zh="打架", en="fights"), "disappears", AS_OF - 7, 0, 16.0),
)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            [
                "数据源“calls”在2024年12月30日起的一期内没有以下记录，相关依据可能偏低：火警0条（通常约20条）、打架0条（通常约16条）。",
                "数据源“complaints”在2024年12月23日起的一期内首次出现以下记录，请核对数据：噪音12条（通常不到1条）。",
                "数据源“calls”在2024年12月30日起的一期内以下记录骤增，请核对数据：盗窃1,240条（通常约32条）。",
            ],
        ),
        (
            "en",
            [
                "The source 'calls' had no such records in the period from 30 December 2024; reasons based on them may be too low: "
                "fire calls 0 (usually about 20), fights 0 (usually about 16).",
                "The source 'complaints' had these records for the first time in the period from 23 December 2024; check the data: "
                "noise 12 (usually under 1).",
                "The source 'calls' had far more of these records than usual in the period from 30 December 2024; check the data: "
                "thefts 1,240 (usually about 32).",
            ],
        ),
    ],
)
def test_sudden_kinds_stand_at_the_top_one_sentence_per_source(language, sentence):
    whole = assemble(lists(scored(county(), MEAN), Policy(capacity=8)), sudden=SUDDEN)[0]
    page = render(whole, county(), language).decode()
    alerts = re.findall(r'<p class="alert" role="alert"><span aria-hidden="true">⚠</span> (.*?)</p>', page)
    assert [html.unescape(alert) for alert in alerts] == sentence
    note = "数据提示" if language == "zh" else "Data notes"
    assert {row[note] for row in rows_of(FORMATS["csv"].render(whole, None, language))} == {" ".join(sentence)}
    assert json_form.read(json_form.render(whole)) == whole


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            "“盗窃”无法评分：没有现用模型。没有名单不代表没有风险；请先运行 riskmodel train theft 和 riskmodel promote theft。",
        ),
        (
            "en",
            "Theft cannot be scored: it has no model. No list does not mean no risk; run 'riskmodel train theft' and 'riskmodel promote theft'.",
        ),
    ],
)
def test_a_target_without_a_model_is_said_first_and_has_a_row(language, sentence):
    untrained = [Untrained("theft", Text(zh="盗窃", en="Theft"))]
    whole = assemble(lists(scored(county(), MEAN), Policy(capacity=8)), sudden=SUDDEN, untrained=untrained)[0]
    page = render(whole, county(), language).decode()
    strong = re.search(r'<div class="alert strong" role="alert"><p><strong>.*? (\S+)</strong></p><p>(.*?)</p>', page)
    assert strong is not None
    assert (strong[1], html.unescape(strong[2])) == (untrained[0].title(language), sentence)
    first, *rest = FORMATS["csv"].render(whole, None, language).decode("utf-8-sig").splitlines()[1:]
    assert (untrained[0].title(language) in first, sentence in first) == (True, True)
    assert len(rest) == 8
    assert json_form.read(json_form.render(whole)) == whole


def test_dates_are_written_as_the_language_does():
    assert date_text(AS_OF, "zh") == "2025年1月6日"
    assert date_text(AS_OF, "en") == "6 January 2025"
    assert short_date(AS_OF, "zh") == "1月6日"
    assert short_date(AS_OF, "en") == "6 January"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "2个数据源过期，最旧：complaints（2024年11月27日）；相关依据可能偏低或缺失。"),
        (
            "en",
            "2 sources are stale; the oldest is 'complaints' (27 November 2024). Reasons based on them may be too low or missing.",
        ),
    ],
)
def test_several_stale_sources_are_one_sentence(language, said):
    old = (STALE[0], replace(FRESH[1], through=AS_OF - 40, stale=True))
    whole = lists(scored(county(), MEAN), Policy(capacity=8), freshness=old)[0]
    assert notes(whole, language) == [said]


def test_a_suggested_service_has_full_width_commas_in_chinese():
    text = Text(zh="请安排上门走访,提前调解（矛盾）, 复核1,2号楼", en="visit, mediate")
    assert action_text(text, "zh") == "请安排上门走访，提前调解（矛盾），复核1,2号楼"
    assert action_text(text, "en") == "visit, mediate"


ANSWERED: tuple[tuple[str, int, Grade | None], ...] = (("C0000", AS_OF - 20, "red"), ("C0002", AS_OF - 1, None))


FOLLOW_UPS = tuple(
    AnsweredWarning(
        "rental-fire", place, day, grade, 0.3, follow_up=True, number=n, warning=f"w{n}", centre="第1指挥中心", title=TITLE
    )
    for n, (place, day, grade) in enumerate(ANSWERED)
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_to_follow_up_stand_in_a_block_of_their_own_with_their_age(language):
    whole = lists(scored(county(), MEAN), Policy(capacity=8), answers=FOLLOW_UPS)[0]
    page = render(whole, county(), language).decode()
    block = page[page.index('id="to-follow-up"') : page.index('id="t-1"')]
    ages = {
        "zh": ["2024年12月17日起，已20天", "2025年1月5日起，已1天"],
        "en": ["since 17 December 2024, for 20 days", "since 5 January 2025, for 1 day"],
    }
    for one, age in zip(whole.follow_ups, ages[language], strict=True):
        assert age in block
        assert f'<td class="code">{one.id}</td>' in block
        assert one.place in block
    assert block.count("<tr><td>") == 2
    assert 'id="w-w0"' not in page
    rows = [
        row for row in rows_of(FORMATS["csv"].render(whole, None, language)) if PHRASES["follow_up"](language) in row.values()
    ]
    assert [row[PHRASES["id"](language)] for row in rows] == ["w0", "w1"]
    assert [row[PHRASES["reasons"](language)] for row in rows] == ages[language]
    assert 'id="to-follow-up"' not in render(full(), county(), language).decode()
    assert [one["id"] for one in json.loads(json_form.render(whole))["follow_ups"]] == ["w0", "w1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_spot_checks_have_no_arrows_and_a_place_that_rose_says_so(language):
    risen = replace(FOLLOW_UPS[0], follow_up=False, day=AS_OF - 2, expected=0.1)
    whole = lists(scored(county(), MEAN), Policy(capacity=8), answers=(risen,))[0]
    page = render(whole, county(), language).decode()
    spots = "".join(page.split('<details class="card r-spot">')[1:]).split("</section>")[0]
    assert "↑" not in spots
    assert "↓" not in spots
    assert 'class="fact"' in spots
    first = page[page.index(f'id="w-{whole.sections[0].warnings[0].id}"') :]
    assert PHRASES["risen"](language) in first[: first.index("</details>")]
    assert page.count(PHRASES["risen"](language)) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_prints_the_head_of_the_journal(name: str):
    content = FORMATS[name].render(replace(full(), journal="0123abcd"), None, "zh")
    if name == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert "0123abcd" in str(sheet.cell(1, 1).value)
    else:
        assert b"0123abcd" in content
