"""Cases that are named after a person, such as 张三盗窃案.

A surname begins so many names of places and things (金融诈骗, 万达盗窃) that one such value says nothing. Names of persons are recognised by what stands before the offence in a
whole column: hardly two cases have the same person, while a few places have cases of every kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.personal_data.single_names import single_name_weight

_ROLE = re.compile(r"(?:犯罪)?嫌疑人|被告人?|被害人|受害人|当事人|报案人|原告")
_CASE = re.compile(
    r"([\u4e00-\u9fff]{2,4}?)(?:等人?|家|被|因|涉嫌)?(?:盗窃|窃|抢劫|抢夺|抢|诈骗|被骗|骗|伤害|伤人|杀人|强奸|猥亵|赌博|吸毒|贩毒|纵火|放火|敲诈|勒索|寻衅|滋事|打架|斗殴|殴打|"
    r"酒驾|醉驾|酒后|醉酒|危险驾驶|交通肇事|肇事|受贿|行贿|贪污|侵占|挪用|故意|非法|过失|妨害|失踪|走失|自杀|家暴|离婚|借款|借贷|欠薪|欠款|讨薪|信用卡|职务|"
    r"竊盜|竊|詐騙|搶奪|搶劫|傷害|毒品|酒後|公共危險)[\u4e00-\u9fff]{0,12}"
)
"""What begins with the name of a person or a place and goes on with an offence."""
LEAST_CASES, DIFFERENT = 5, 0.5
"""Different heads, and their share of the cases, from which they may be persons."""


def case_head(value: str) -> str:
    """Return what stands before the offence in the name of a case.

    Examples
    --------
    >>> case_head("张三盗窃案"), case_head("王府井盗窃"), case_head("盗窃"), case_head("入室盗窃车内财物的案件")
    ('张三', '王府井', '', '入室')
    """
    text = _ROLE.sub("", visible_text(value).replace(" ", ""), count=1).strip("：:，,")
    found = _CASE.fullmatch(text)
    return found[1] if found else ""


def case_weights(values: Iterable[str]) -> list[float]:
    """Return how much each value looks like the case of a person.

    All are 0 unless the heads of the cases are nearly as different as persons are.
    """
    heads = [case_head(value) for value in values]
    there = [head for head in heads if head]
    different = set(there)
    if len(different) < LEAST_CASES or len(different) < DIFFERENT * len(there):
        return [0.0] * len(heads)
    return [single_name_weight(head) if head else 0.0 for head in heads]
