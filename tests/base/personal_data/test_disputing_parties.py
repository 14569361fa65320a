"""Disputes that are named after persons are names; kinds of dispute are none."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.disputing_parties import parties_weight
from riskmodel.base.personal_data.personal_names import may_be_name, names_among
from riskmodel.records.intake.privacy import check_values

PERSONS = (
    "张三诉李四", "王某某与李某纠纷", "张伟告李强", "李秀英诉某公司劳动争议案", "王建国与赵芳离婚纠纷", "张伟、李娜邻里纠纷", "陈志强起诉刘洋", "欧阳锋诉王五", "周某盗窃案",
    "原告张三诉被告李四", "王五与李四打架", "张岩诉李岩", "故意伤害王某", "刘*与张*纠纷", "張偉訴李強", "王建國與趙芳離婚糾紛", "Smith v. Jones", "SMITH V JONES", "Smith vs. Jones",
    "Smith versus Jones", "Jones against Smith", "State v. Kowalski", "People v. Smith", "R v Smith", "Kowalski v. Nguyen", "John Smith v. City of Boston", "O'Neil v. Garcia",
    "J. Smith v. K. Brown", "De La Cruz v. Wu", "Brown et al. v. Board", "Smith v. Acme Ltd",
)  # fmt: skip
KINDS = (
    "邻里纠纷", "劳资纠纷", "噪音投诉", "物业与业主纠纷", "房东与租客纠纷", "消费者与商家纠纷", "医患纠纷", "婚姻家庭纠纷", "信访投诉", "申诉", "行政诉讼", "公诉案件", "市民诉求", "群众诉求反映",
    "安全告知", "安全告知书", "广告纠纷", "虚假广告", "张贴小广告", "山林和土地纠纷", "水利和林业纠纷", "经济与劳动纠纷", "高山和平原", "金融与保险纠纷", "人与动物冲突", "师生与家长矛盾", "单位与员工争议",
    "控告申诉", "家庭和邻里矛盾", "征地与拆迁矛盾", "车辆与行人冲突", "宅基地、土地纠纷", "借贷、合同纠纷", "商户与城管冲突", "居民与施工方纠纷", "租赁和物业纠纷", "投诉物业公司", "某小区纠纷",
    "R v. unknown", "noise vs. music", "Noise vs. Music", "Vehicle vs Pedestrian", "VEHICLE VS PEDESTRIAN", "Car v. Bicycle", "MV v. Pedestrian", "Dog vs. Cat", "Crime Against Property",
    "Crimes against Persons", "Offences Against The Person", "Landlord vs Tenant", "Team A v. Team B", "Fire vs. Building", "Home v. Away", "Burglary v. Residence", "Police v. Officer",
)  # fmt: skip


@pytest.mark.parametrize("text", PERSONS)
def test_parties_are_names(text: str) -> None:
    assert parties_weight(text) == 1
    assert may_be_name(text)


@pytest.mark.parametrize("text", KINDS)
def test_kinds_of_dispute_are_no_names(text: str) -> None:
    assert parties_weight(text) == 0


def test_a_column_of_disputes_is_judged_by_its_share() -> None:
    assert names_among([*PERSONS, *KINDS[: len(PERSONS) // 2]]) == len(PERSONS)
    assert names_among([*PERSONS[:5], *KINDS]) == 0
    with pytest.raises(RefusedError, match=r"15 of its 20 different values look like personal names"):
        check_values("cases.csv", "kind", [*PERSONS[:15], *KINDS[:5]])
    check_values("cases.csv", "kind", list(KINDS))
    # a few values are refused only if all are clear
    check_values("cases.csv", "kind", ["张三诉李四", "邻里纠纷"])
    with pytest.raises(RefusedError, match="2 of its 2"):
        check_values("cases.csv", "kind", ["Smith v. Jones", "State v. Kowalski"])
