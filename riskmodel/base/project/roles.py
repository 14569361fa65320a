"""Roles of the people who approve lists and promote models."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from riskmodel.base.errors import RefusedError, bad_argument
from riskmodel.base.personal_data.latin_names import is_family_name
from riskmodel.base.personal_data.name_weights import CLEAR
from riskmodel.base.personal_data.personal_names import may_be_name, name_weight

DEFAULT_ROLES = (
    "duty officer", "shift leader", "operator", "reviewer", "analyst", "data scientist", "administrator",
    "值班员", "值班长", "值班领导", "带班领导", "指挥长", "指挥员", "审核员", "分析员", "数据分析员", "管理员",
)  # fmt: skip
"""The roles of a project that lists none."""
_OFFICE = re.compile("(?:员|长|官|师|岗|组|导|部|办|室|处|科|队|人)$")
"""Ends of names of offices, which begin with a surname by chance (安保员)."""
_CALLED = re.compile(
    "[\u4e00-\u9fff](?:队长|所长|科长|处长|局长|部长|站长|股长|镇长|乡长|村长|班长|组长|主任|书记|警官|警长|老师)"
)
"""A surname and an office, as colleagues call a person (王警官)."""
_BESIDE = re.compile(r"[\s()（）:：,，、/·._-]+|(?<=[员长官])(?=[\u4e00-\u9fff]{2,4}$)")
"""What stands between an office and a name, or nothing at all (值班长王秀英)."""
_SURNAMES = "王李张刘陈杨赵黄吴徐孙朱胡郭何罗郑梁谢宋韩冯邓曹彭曾蔡潘袁董苏叶吕魏蒋杜丁沈崔卢钟汪谭"
"""Frequent surnames that are, alone, no word beside an office."""
_FAMILIAR = re.compile("[老小阿]([\u4e00-\u9fff])头?(?:同志|师傅|队长|所长|科长|班长|组长|主任|警官|老师|哥|姐)?")
"""A surname as colleagues use it: 老王, 小李警官."""
_ADDRESSED = re.compile(
    f"[{_SURNAMES}](?:sir|警|所|队|局|工|姐|哥|叔|姨|阿姨)?|[老小][{_SURNAMES}](?:值班|审核|接警|话务|分析|指挥|管理).*"
    f"|.*[员长官][{_SURNAMES}]|(?:欧阳|司马|上官|诸葛|夏侯|皇甫|慕容|令狐|司徒).{{0,4}}",
    re.IGNORECASE,
)
"""A surname alone, beside a short form of address, or behind an office: 王, 王哥, 值班员王, 欧阳警官."""
_TITLED = re.compile(
    r"(?:[A-Z]\.|(?i:mr|mrs|ms|miss|dr|prof|herr|frau|mme|mlle|sra?|pc|dc|ds|di|sgt|lt|capt|insp|cpl|det)\.?\s)\s*(?!(?i:desk|duty|room|operator|team|unit|supervisor)\b)[A-Z][\w'-]+"
)
"""A title, rank or initial before a word: DS Jenkins, J.Smith."""
_SYLLABLE = "(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)?[aeiouü]{1,3}(?:ng|n|r)?"
_PINYIN = re.compile(
    f"(?:wang|li|zhang|liu|chen|yang|zhao|huang|zhou|wu|xu|sun|hu|guo|lin|luo|zheng|liang|xie|deng|feng|cao|zeng|peng|cai|tian)[ ._-]{_SYLLABLE}(?:[ -]?{_SYLLABLE})?"
    f"|(?:wang|liu|chen|yang|zhao|huang|zhou|sun|deng|zeng|peng)(?!\\w*(?:yuan|zhang|ban|gang|zu)$)(?:{_SYLLABLE}){{2}}",
    re.IGNORECASE,
)
"""A Chinese name in Latin letters: Wang Xiuying, wangxiuying."""
_PLACE_NAMED = re.compile(r"\b(?:county|city|town|village|district|precinct|borough|parish|street|station)\b", re.IGNORECASE)
"""What follows a name that is that of a place: Lee County."""
_NUMBERED = re.compile(
    r"(?:警号|工号|编号|胸号|\b(?:badge|collar|warrant|shield|staff|employee|id|no)\b\.?|#)[ :：.#号-]*[a-z]?\d{2,}"
    r"|(?:民警|辅警|警员|协警|队员|\b(?:officer|constable|sergeant|sgt|pc|p\.c)\b\.?)[ :：.#号-]*\d{3,}|\d{7,}",
    re.IGNORECASE,
)
"""The number of a person instead of a name: 警号012345, badge 4711, PC 4521, a telephone number."""
LONGEST_ROLE = 30
"""Characters of a role."""


def listed_role(given: str, roles: Sequence[str], owner: str) -> str:
    """Return a role as the project writes it.

    Case, width of letters and surrounding spaces do not matter.

    Parameters
    ----------
    roles
        The project's roles.
    owner
        The function that asks, for messages.

    Raises
    ------
    UsageError
        If it is blank.
    RefusedError
        If the project has no such role. The message does not repeat it: it may be a person's name.
    """
    if not given.strip():
        raise bad_argument("role", owner, f"a role such as {roles[0]!r}", given)
    found = {_plain(role): role for role in roles}.get(_plain(given))
    if found is None:
        raise RefusedError(
            f"The given role is none of this project's roles. Nothing was changed, and the role is not repeated or stored. "
            f"Expected one of: {', '.join(roles)}. Further roles are added to 'roles' in riskmodel.toml."
        )
    return found


def role_fault(roles: Sequence[str]) -> str | None:
    """Return what is wrong with a list of roles, if anything."""
    if not roles:
        return "it has no role; list at least one, or remove the key."
    if any(not role.strip() or len(role) > LONGEST_ROLE for role in roles):
        return f"a role is empty or longer than {LONGEST_ROLE} characters; name roles, such as 'duty officer'."
    if any(map(_names_a_person, roles)):
        return "a role looks like the name of a person; name roles, such as 'duty officer'."
    if any(map(_NUMBERED.search, roles)):
        return "a role holds the number of a person, such as that of a badge; name roles, such as 'duty officer'."
    if len({_plain(role) for role in roles}) < len(roles):
        return "a role is listed twice; list it once."
    return None


def _names_a_person(role: str) -> bool:
    """Return whether a role is or holds the name of a person."""
    if _CALLED.fullmatch(role) and may_be_name(role[0] + "秀英"):
        return True
    parts = [part for part in _BESIDE.split(role) if part]
    if _TITLED.fullmatch(role) or _PINYIN.fullmatch(role) or any(map(_ADDRESSED.fullmatch, (role, *parts))):
        return True
    if any((found := _FAMILIAR.fullmatch(part)) is not None and may_be_name(found[1] + "秀英") for part in parts):
        return True
    if any(is_family_name(part) for part in (parts[0], parts[-1])) and not _PLACE_NAMED.search(role):
        return True
    ends = [" ".join(parts[at:]) for at in range(len(parts))] + [" ".join(parts[:at]) for at in range(1, len(parts))]
    return any(name_weight(text) == CLEAR and not _OFFICE.search(text) for text in (role, *ends))


def _plain(role: str) -> str:
    """Return a role in the form in which roles are compared."""
    return " ".join(unicodedata.normalize("NFKC", role).casefold().split())
