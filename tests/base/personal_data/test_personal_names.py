"""Personal names are judged by their share in a column; places and kinds are none."""

from __future__ import annotations

import random

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.frame_values import refuse_personal_names
from riskmodel.base.personal_data.personal_names import may_be_name, name_weight, names_among
from riskmodel.base.personal_data.personal_numbers import is_card_number
from riskmodel.base.personal_data.personal_texts import are_personal_names
from riskmodel.records.intake.privacy import check_values

GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕子轩雨涵浩然思琪"
PLACES = (
    "王家村", "李家庄", "高桥", "石桥社区", "白塔村", "金山", "黄山", "余杭", "萧山", "临平", "江干", "上城", "东区中心", "西区中心", "马家湾", "龙泉", "丁桥", "方家峪", "何家埠", "孔庙", "万寿亭", "城北",
)  # fmt: skip
KINDS = (
    "高空抛物",
    "盗窃",
    "电动车盗窃",
    "打架斗殴",
    "人身伤害",
    "噪音扰民",
    "家庭纠纷",
    "金融诈骗",
    "安全隐患",
    "车祸",
    "黄赌毒",
    "施工扰民",
    "路灯损坏",
    "撤销",
    "正常",
    "邻里纠纷",
    "劳资纠纷",
    "易燃物",
)
AREAS = (
    "Rogers Park",
    "West Ridge",
    "Lincoln Square",
    "North Center",
    "Hyde Park",
    "Near North Side",
    "Washington Heights",
    "Albany Park",
    "Portage Park",
    "Motor Theft",
    "Simple Assault",
)


def people(count: int, seed: int = 1) -> list[str]:
    """Made-up names of which one in six has two characters."""
    draw = random.Random(seed)
    names: set[str] = set()
    while len(names) < count:
        given = "".join(draw.choice(GIVEN) for _ in range(1 if draw.random() < 1 / 6 else 2))
        names.add(draw.choice("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗") + given)
    return sorted(names)


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("count", [2, 5, 30, 3000])
def test_a_column_of_names_is_refused_and_none_is_repeated(count: int, codes: bool) -> None:
    names = people(count) if count > 4 else [name for name in people(9) if len(name) == 3][:count]
    with pytest.raises(RefusedError, match=r"of its [\d,]+ different values look like personal names") as caught:
        check_values("t", "类别", names, codes)
    assert not any(name in str(caught.value) for name in names)


@pytest.mark.parametrize("share", [0.6, 0.8])
def test_a_column_that_is_mostly_names_is_refused(share: float) -> None:
    with pytest.raises(RefusedError, match="personal names"):
        check_values("t", "c", [*people(round(60 * share)), *(f"x{n}" for n in range(round(60 * (1 - share))))])


@pytest.mark.parametrize(
    "values", [PLACES, KINDS, AREAS, (*PLACES, *people(5)), ("张三", "东区中心"), ("高桥", "石桥"), ("王秀英",)]
)
def test_places_kinds_and_a_few_names_among_them_are_not_refused(values: tuple[str, ...]) -> None:
    assert check_values("t", "c", values) == frozenset()


@pytest.mark.parametrize(
    "values",
    [
        ("张某", "李某某", "王先生", "赵女士", "陈**", "刘某"),
        ("阿卜杜拉·买买提", "古丽·艾山", "欧阳娜娜", "司马光", "诸葛亮", "上官婉儿"),
        ("Zhang San", "Wang Xiuying", "Li Wei", "Chen Jie", "Liu Yang"),
        ("John Smith", "Smith, Mary", "Robert Brown", "Patricia Jones", "Michael Lee"),
    ],
)  # fmt: skip
def test_other_forms_of_names_are_seen(values: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="personal names"):
        check_values("t", "c", values)


OFFENCES = ("盗窃案", "诈骗", "故意伤害案", "抢劫", "涉嫌赌博", "被盗窃", "酒后驾驶", "离婚纠纷", "寻衅滋事案", "非法侵入住宅案")
STREETS = (
    "王府井", "张家口", "高碑店", "石景山", "江北", "金水", "高新", "万达", "康乐", "文华", "城关", "黄浦", "上城", "余杭", "萧山", "临平", "龙泉", "方庄", "望京", "中关村", "回龙观", "天通苑",
)  # fmt: skip
GENERIC = (
    "入室盗窃", "金融诈骗", "白天盗窃", "车内盗窃", "商店盗窃", "单车盗窃", "房屋火灾", "文物盗窃案", "古墓盗窃", "井盖盗窃", "信用卡诈骗", "电信诈骗", "网络诈骗", "拦路抢劫", "飞车抢夺",
    "故意伤害", "非法拘禁", "寻衅滋事", "聚众斗殴", "危险驾驶", "交通肇事", "计算机诈骗", "高校盗窃", "包裹盗窃",
)  # fmt: skip


@pytest.mark.parametrize("count", [5, 30, 3000])
@pytest.mark.parametrize("before", ["", "犯罪嫌疑人", "嫌疑人："])
def test_a_column_of_cases_that_are_named_after_persons_is_refused(count: int, before: str) -> None:
    draw = random.Random(2)
    cases = [f"{before}{name}{draw.choice(OFFENCES)}" for name in people(count)]
    with pytest.raises(RefusedError, match="personal names") as caught:
        check_values("t", "类别", cases)
    assert not any(case in str(caught.value) for case in cases)


@pytest.mark.parametrize(
    "values",
    [
        GENERIC,
        tuple(street + offence for street in STREETS for offence in ("盗窃", "诈骗", "打架")),
        tuple(street + "盗窃" for street in STREETS),
        tuple("金明" + offence for offence in OFFENCES),
        tuple(street + offence for street in ("金明", "顺河", "万达") for offence in OFFENCES),
        tuple(place + "盗窃" for place in PLACES),
        (*GENERIC, *(name + "盗窃案" for name in people(8))),
        ("金融诈骗", "白天盗窃", "计算机诈骗", "车内盗窃"),
    ],
)
def test_kinds_with_places_and_things_before_the_offence_pass(values: tuple[str, ...]) -> None:
    assert check_values("t", "类别", values) == frozenset()


def test_measured_rates() -> None:
    """At least nine names in ten are clear; of names of places, at most one in twenty."""
    assert sum(name_weight(name) == 1 for name in people(2000)) > 0.9 * 2000
    draw = random.Random(5)
    ends = ("村", "庄", "桥", "街道", "社区", "镇", "湾", "坪", "山", "店", "塘", "园", "苑")
    places = {
        draw.choice("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗石白金江") + draw.choice(("", "家", "大", "新")) + draw.choice(ends)
        for _ in range(2000)
    }
    assert sum(name_weight(place) > 0 for place in places) <= 0.05 * len(places)
    assert names_among(places) == 0


def test_a_single_value_may_be_a_name_whatever_it_means() -> None:
    assert all(map(may_be_name, ("高山", "黄赌毒", "张三", "欧阳娜娜", "Zhang San", "zhangsan")))
    assert not any(map(may_be_name, ("盗窃", "高空抛物", "东区中心", "MOTOR VEHICLE THEFT", "x1", "")))


@pytest.mark.parametrize(
    ("names", "personal"), [(["date", "Ximena Quiroga"], True), (["3125550123", "x"], True), (["date", "beat"], False)]
)
def test_a_row_of_names_that_holds_a_person_is_one_of_data(names: list[str], personal: bool) -> None:
    assert are_personal_names(names) is personal


@pytest.mark.parametrize("cards", [11, 12])
def test_kinds_are_refused_where_more_than_half_may_be_numbers_of_cards(cards: int) -> None:
    numbers = [f"4{at:014d}" for at in range(1, 400)]
    values = [f"{one}{digit}" for one in numbers for digit in range(10) if is_card_number(f"{one}{digit}")][:cards]
    kinds = [*values, *(f"kind {at}" for at in range(22 - cards))]
    if cards == 11:
        refuse_personal_names("t", "kind", kinds)
    else:
        with pytest.raises(RefusedError, match="'kind' of t is refused: most of its values are a bank card number"):
            refuse_personal_names("t", "kind", kinds)
