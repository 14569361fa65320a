"""Roles come from the project's list, and nothing else is stored or repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import DEFAULT_ROLES, load_project
from riskmodel.base.project.roles import listed_role, role_fault
from tests.worlds.police_table import County


@pytest.mark.parametrize("given", ["duty officer", " Duty  Officer ", "DUTY OFFICER", "ｄｕｔｙ ｏｆｆｉｃｅｒ"])
def test_a_role_is_found_in_any_case_and_width(given: str) -> None:
    assert listed_role(given, DEFAULT_ROLES, "approve") == "duty officer"
    assert listed_role("值班长", DEFAULT_ROLES, "approve") == "值班长"


@pytest.mark.parametrize("given", ["王秀英 13912345678", "张三", "duty officer Wang", "值班长张三", "x" * 500])
def test_another_role_is_refused_with_the_list_and_not_repeated(given: str) -> None:
    with pytest.raises(
        RefusedError, match=r"Expected one of: duty officer, .*, 管理员\. .* 'roles' in riskmodel\.toml"
    ) as caught:
        listed_role(given, DEFAULT_ROLES, "approve")
    assert given not in str(caught.value)


def test_a_blank_role_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="a role such as '网格长'"):
        listed_role("  ", ("网格长",), "approve")


def test_faults_of_a_list_of_roles_are_named() -> None:
    assert role_fault(DEFAULT_ROLES) is None
    assert "list at least one" in str(role_fault(()))
    assert "longer than 30" in str(role_fault(("x" * 31,)))
    assert "name of a person" in str(role_fault(("王主任",)))
    assert "name of a person" in str(role_fault(("analyst", "王秀英")))
    for role in (
        "王警官",
        "李队长",
        "值班长王秀英",
        "值班长（王秀英）",
        "王秀英 值班长",
        "analyst Maria Garcia",
        "duty officer: John Smith",
    ):
        assert "name of a person" in str(role_fault((role,))), role
    for role in (
        "安保员",
        "金融办",
        "网格长",
        "大队长",
        "夜班长",
        "值班长（夜班）",
        "党委书记",
        "Duty Officer (Night)",
        "shift leader B",
    ):
        assert role_fault((role,)) is None, role
    assert "empty" in str(role_fault((" ",)))
    assert "listed twice" in str(role_fault(("Analyst", "analyst")))


@pytest.mark.parametrize(
    "role", ["Inspector Smith", "duty officer Garcia", "Smith", "老王", "小李", "老王警官", "值班员老张", "小李 值班员", "值班员（老王）", "阿黄", "analyst Kowalski", "Sergeant O'Brien", "Müller Schichtleiter"]
)  # fmt: skip
def test_surnames_alone_are_names(role: str) -> None:
    assert "name of a person" in str(role_fault((role,)))


@pytest.mark.parametrize(
    "role", ["警号012345", "值班员 警号1234", "badge 4711", "Officer #1234", "staff no 88213", "工号：A2207"]
)
def test_numbers_of_persons_are_no_roles(role: str) -> None:
    assert "number of a person" in str(role_fault((role,)))


@pytest.mark.parametrize(
    "role", ["park ranger", "ward manager", "deputy mayor", "oficial de guardia", "green team lead", "Inspector", "staff officer", "12345话务员", "110接警员", "第1指挥中心值班员", "小组长", "老干部科", "小区长", "阿拉善值班员"]
)  # fmt: skip
def test_offices_that_sound_like_names_or_numbers_are_roles(role: str) -> None:
    assert role_fault((role,)) is None


@pytest.mark.parametrize(
    "role", ["王", "王哥", "刘队", "陈工", "王sir", "老李头", "欧阳警官", "值班员王", "值班员：王", "小王值班员", "DS Jenkins", "J.Smith", "Dr. House", "duty_officer_smith", "Wang Xiuying", "wang.xiuying", "wangxiuying"]
)  # fmt: skip
def test_forms_of_address_and_chinese_names_in_latin_letters_are_names(role: str) -> None:
    assert "name of a person" in str(role_fault((role,)))


@pytest.mark.parametrize("role", ["PC 4521", "警员012345", "民警 033421", "Officer 4521", "13912345678"])
def test_numbers_behind_a_rank_and_telephone_numbers_are_no_roles(role: str) -> None:
    assert "number of a person" in str(role_fault((role,)))


@pytest.mark.parametrize(
    "role", ["车队", "支队", "社工", "董事长", "吴江值班员", "徐汇分局", "张江所值班员", "方队长值班室", "Lee County operator", "Jackson precinct desk", "PC duty desk", "PC Desk", "Duty Officer 2", "duty.officer", "shenheyuan", "wangluoyuan"]
)  # fmt: skip
def test_offices_that_begin_like_names_are_roles(role: str) -> None:
    assert role_fault((role,)) is None


def test_a_project_lists_its_own_roles(tmp_path: Path) -> None:
    project = County(tmp_path / "county").write()
    assert project.table.roles == DEFAULT_ROLES
    path = project.folder / "riskmodel.toml"
    path.write_text('roles = ["网格长"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_project(project.folder).role("网格长", "approve") == "网格长"
    with pytest.raises(RefusedError, match="Expected one of: 网格长"):
        load_project(project.folder).role("duty officer", "approve")
    path.write_text(path.read_text(encoding="utf-8").replace('["网格长"]', "[]"), encoding="utf-8")
    with pytest.raises(UsageError, match="roles: it has no role"):
        load_project(project.folder)
