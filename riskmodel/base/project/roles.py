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
_BESIDE = re.compile(r"[\s()（）:：,，、/·-]+|(?<=[员长官])(?=[\u4e00-\u9fff]{2,4}$)")
"""What stands between an office and a name, or nothing at all (值班长王秀英)."""
_FAMILIAR = re.compile("[老小阿]([一-鿿])(?:同志|师傅|队长|所长|科长|班长|组长|主任|警官|老师|哥|姐)?")
"""A surname as colleagues use it: 老王, 小李警官."""
_NUMBERED = re.compile(
    r"(?:警号|工号|编号|胸号|\b(?:badge|collar|warrant|shield|staff|employee|id|no)\b\.?|#)[ :：.#号-]*[a-z]?\d{2,}",
    re.IGNORECASE,
)
"""The number of a person instead of a name: 警号012345, badge 4711."""
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
    if any((found := _FAMILIAR.fullmatch(part)) is not None and may_be_name(found[1] + "秀英") for part in parts):
        return True
    if any(is_family_name(part) for part in (parts[0], parts[-1])):
        return True
    ends = [" ".join(parts[at:]) for at in range(len(parts))] + [" ".join(parts[:at]) for at in range(1, len(parts))]
    return any(name_weight(text) == CLEAR and not _OFFICE.search(text) for text in (role, *ends))


def _plain(role: str) -> str:
    """Return a role in the form in which roles are compared."""
    return " ".join(unicodedata.normalize("NFKC", role).casefold().split())
