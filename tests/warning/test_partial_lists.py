"""Lists that are empty or lack a target: page, sheet, table, terminal and mail say so, and say why."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from riskmodel.base.files import canonical_json
from riskmodel.base.policy import Policy
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.cli.list_text import list_text
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.mail_text import mail_body, mail_subject
from riskmodel.warning import FORMATS, AnsweredWarning, Evidence, WarningList, gather, warn
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.list_summary import empty_text
from riskmodel.warning.warn.list_entries import ModelAge, Untrained
from riskmodel.warning.warn.target_night import TargetNight
from tests.worlds.full_list import MEAN, Reader, full, rows_of
from tests.worlds.listed_county import AS_OF, FRESH, STALE, county, explained, lists, scored

POLICY = Policy(capacity=8, exploration=0)
LOW = np.full(48, 1e-6)
EMPTY = "本期没有达到最低可能性的地点，名单为空。这不等于没有风险，请照常值守。"
OTHERWISE = "本期没有列入任何地点，原因见各事项。这不等于没有风险，请照常值守。"


def words(whole: WarningList, language: Language = "zh") -> str:
    return Reader(FORMATS["html"].render(whole, county(), language).decode()).words()


def sheets(whole: WarningList, language: Language = "zh") -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(whole, None, language)))
    return [[str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None] for page in book.worksheets]


def mail(whole: WarningList) -> tuple[str, str]:
    parcel = Parcel("1" * 64, "l1", whole.as_of, whole.centre, {"list.json": canonical_json(whole.to_json())})
    return mail_subject(parcel), mail_body(parcel)


def resting() -> WarningList:
    """The only place that reaches the minimum was answered yesterday."""
    mean = LOW.copy()
    mean[0] = 0.3
    return lists(scored(county(), mean), POLICY, answers=(AnsweredWarning("rental-fire", "C0000", AS_OF - 1, "red", 0.3),))[0]


def followed_up() -> WarningList:
    mean = LOW.copy()
    mean[0] = 0.3
    answer = AnsweredWarning("rental-fire", "C0000", AS_OF - 1, "red", 0.3, follow_up=True, warning="w1", centre="第1指挥中心")
    return lists(scored(county(), mean), POLICY, answers=(answer,))[0]


@pytest.mark.parametrize(
    ("whole", "empty", "why"),
    [
        (lists(scored(county(), LOW), POLICY)[0], EMPTY, "本期没有达到最低可能性的地点。"),
        (resting(), OTHERWISE, "除近期已走访或待跟进的地点外，本期没有达到最低可能性的地点。"),
        (followed_up(), OTHERWISE, "除近期已走访或待跟进的地点外，本期没有达到最低可能性的地点。"),
        (lists(scored(county(), MEAN), POLICY, share=0.1)[0], OTHERWISE, "本中心没有此事项的走访名额，不列入任何地点。"),
    ],
    ids=["low", "resting", "followed up", "no capacity"],
)
def test_an_empty_list_says_why_in_every_form_and_that_it_is_no_all_clear(whole: WarningList, empty: str, why: str) -> None:
    """Whether no place reaches the minimum, all that do are left out, or the centre has no room, are three things."""
    assert not list(whole)
    for said in (words(whole), list_text(whole, "zh")):
        assert empty in said
        assert why in said
    assert empty in sheets(whole)[0]
    assert empty in mail(whole)[1].splitlines()
    assert why in {row["类别"] for row in rows_of(FORMATS["csv"].render(whole, None, "zh"))}


def test_a_list_with_places_or_without_any_scored_target_is_not_called_empty() -> None:
    unscored = lists(scored(county(), LOW), POLICY, freshness=STALE)[0]
    assert [empty_text(one, "zh") for one in (full(), unscored)] == ["", ""]
    assert "名单为空" not in words(unscored)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_shows_spot_checks(language: Language) -> None:
    whole = full()
    (drawn,) = whole.sections[0].spot_checks
    (line,) = [line for line in list_text(whole, language).splitlines() if f"{PHRASES['spot'](language)} " in line]
    assert drawn.place in line


def test_the_terminal_states_the_probability_of_the_page() -> None:
    """A place is never certain: neither shows 100 %."""
    whole = lists(scored(county(), np.full(48, 9.0)), POLICY)[0]
    lines = [line for line in list_text(whole, "zh").splitlines() if "期限" in line and "C00" in line]
    assert len(lines) == 8
    assert all(" >99%  期限" in line for line in lines)
    assert ">99%" in words(whole)


def with_gaps() -> WarningList:
    """Its second target lacks data, a third a model, and the first has an old one."""
    whole = full()
    first = replace(whole.sections[0], age=ModelAge(AS_OF - 400, 90))
    return replace(whole, sections=(first, whole.sections[1]), untrained=(Untrained("fraud", Text(zh="诈骗", en="Fraud")),))


def test_targets_that_cannot_be_scored_stand_in_the_open_on_page_and_sheet() -> None:
    whole = with_gaps()
    page = FORMATS["html"].render(whole, county(), "zh").decode()
    strong = [part.split("</div>")[0] for part in page.split('<div class="alert strong"')[1:]]
    assert [("只完整到" in one, "“诈骗”无法评分：没有现用模型" in one) for one in strong] == [(True, False), (False, True)]
    assert "模型训练于" not in page.split("<main>")[1].split('<p class="alert"')[0]
    assert page.count("“诈骗”无法评分") == 1
    (title, *_), notes = sheets(whole)
    assert " · 无法评分：出租房火灾、诈骗 · " in title
    assert sum("“诈骗”无法评分" in line for line in notes) == 1
    assert "无法评分" not in sheets(lists(scored(county(), MEAN), POLICY)[0])[0][0]


def test_a_mail_says_what_its_list_lacks_before_how_many_places_there_are() -> None:
    subject, body = mail(with_gaps())
    assert "（红色1处，2项无法评分） / Warning list, 1 red, 2 targets not scored " in subject
    zh, en, _ = body.split("\n\n")
    lines = zh.splitlines()
    assert lines[1].startswith("出租房火灾：本期无法评分：数据源“calls”只完整到")
    assert lines[2].startswith("“诈骗”无法评分：没有现用模型。")
    assert "已400天；回测只检验到训练后90天" in lines[3]
    assert lines[5].startswith("预警")
    assert "Fraud cannot be scored: it has no model." in en


def test_a_mail_names_three_notes_and_counts_the_others() -> None:
    rows = tuple(replace(FRESH[0], source=f"s{n}", through=None, stale=True) for n in range(5))
    whole = replace(lists(scored(county(), MEAN), POLICY)[0], freshness=rows)
    zh, en, _ = mail(whole)[1].split("\n\n")
    assert [line.startswith("数据源“s") for line in zh.splitlines()[1:4]] == [True] * 3
    assert zh.splitlines()[4] == "另有2条数据提示，见名单。"
    assert "The list has 2 more notes on data." in en.splitlines()


def test_where_not_all_could_be_judged_unusual_groups_stand_beside_that() -> None:
    said = "部分数据过期、缺失、不完整或时间过短，其他信号未能全部判断；未判断不代表正常。"
    assert said in words(full())
    assert "警戒上限30起" in words(full())
    assert said not in words(replace(full(), sections=full().sections[:1], freshness=FRESH))


def test_a_source_of_which_nobody_stated_how_far_it_goes_is_not_called_current() -> None:
    whole = replace(lists(scored(county(), MEAN), POLICY)[0], freshness=(replace(FRESH[0], through=None), FRESH[1]))
    said = words(whole)
    assert "calls 未说明 未判断" in said
    assert "complaints 2025-01-03 正常" in said
    assert "各类信号在数据完整的最近一周均在通常范围内。" not in said
    assert "无法判断全部信号" in said


def test_the_sheet_names_the_suggested_service_of_each_target() -> None:
    whole = lists(scored(county(), MEAN), Policy(capacity=8, action=Text(zh="请上门检查,协助整改", en="Please check.")))[0]
    assert "处置建议（出租房火灾）：请上门检查，协助整改" in sheets(whole)[1]
    assert "Suggested service (Fire in rented rooms): Please check." in sheets(whole, "en")[1]


@pytest.mark.parametrize(
    ("row", "silent_since", "zh", "en"),
    [
        (
            Freshness("calls", ("fire",), AS_OF - 30, True),
            None,
            "数据源“calls”只完整到2024年12月7日",
            "the source 'calls' is complete only through 2024-12-07",
        ),
        (
            Freshness("calls", ("fire",), AS_OF - 1, False, since=AS_OF - 5),
            None,
            "数据源“calls”从2025年1月1日才开始有数据，不足28天",
            "the source 'calls' began on 2025-01-01, less than 28 days before",
        ),
        (
            Freshness("calls", ("fire",), AS_OF - 1, False),
            AS_OF - 40,
            "数据源“calls”自2024年11月27日起没有可用的此类记录，不知是没有发生还是没有报来",
            "the source 'calls' has had no such record since 2024-11-27, and nobody knows whether none occurred or none was understood",
        ),
        (
            Freshness("calls", ("fire",), AS_OF - 30, True),
            AS_OF - 40,
            "数据源“calls”只完整到2024年12月7日",
            "the source 'calls' is complete only through 2024-12-07",
        ),
    ],
    ids=["stale", "young", "silent", "stale and silent"],
)
def test_a_target_that_cannot_be_scored_says_why(row: Freshness, silent_since: int | None, zh: str, en: str) -> None:
    evidence = Evidence(freshness=(row,), needs=("fire",), silent_since=silent_since)
    first, _ = warn(scored(county(), MEAN), evidence, None, Policy(capacity=8), grouping="centre")
    (section,) = first.sections
    assert (section.warnings, section.scored, section.cannot_score is None) == ((), 0, False)
    assert section.cannot_score is not None
    assert section.cannot_score.zh == f"本期无法评分：{zh}。没有名单不代表没有风险；请补报数据后重新运行。"
    assert section.cannot_score.en == (
        f"This target cannot be scored: {en}. No list does not mean no risk; deliver the data and run again."
    )


def test_only_visits_before_the_night_are_known_and_needs_are_sorted() -> None:
    scores = scored(county(), MEAN)
    days = {"C0001": (AS_OF - 9, AS_OF - 1, AS_OF), "C0002": (AS_OF,), "C0003": (AS_OF - 2,)}
    answers = tuple(AnsweredWarning(scores.target, place, day) for place, each in days.items() for day in each)
    others = AnsweredWarning("other", "C0003", AS_OF - 1)
    night = TargetNight(scores, Policy(capacity=8), "centre", (), (*answers, others), 1.0)
    assert night.visits == {"C0001": AS_OF - 1, "C0003": AS_OF - 2}
    evidence = gather(
        scores, explained(np.array([1], dtype=np.int32)), Policy(), Evidence(needs=("theft", "fire", "assault", "fire"))
    )
    assert evidence.needs == ("assault", "fire", "theft")
