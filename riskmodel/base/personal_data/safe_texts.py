"""Texts of tables as they may be stored and shown.

A value is *harmless* if it is a code, a number or a day, is a word of a fixed list, or is configured. Any other value may be a name or free
text. It is replaced by a token: the hash of the value, with a key that only the history holds, and a description without content.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.byte_ranges import byte_ranges
from riskmodel.base.errors import UsageError, did_you_mean
from riskmodel.base.personal_data.forbidden_values import MOMENT, are_moments, forbidden
from riskmodel.base.personal_data.number_columns import may_be_personal_number
from riskmodel.base.personal_data.personal_names import may_be_name
from riskmodel.base.plurals import counted
from riskmodel.base.shown_texts import HIDDEN, shown

if TYPE_CHECKING:
    import pyarrow as pa

_CODE = r"^(?:[A-Za-z]{0,4}[0-9 ._/|:()\-]+)+[A-Za-z]{0,4}$"
_LETTERS, _DIGITS = 4, 30
PLAIN_CODE = rf"^[A-Za-z]{{0,{_LETTERS}}}[0-9]{{1,{_DIGITS}}}$"
"""The codes of most tables, which one pattern finds."""
_SHORT = r"^[A-Za-z]$"
_CASE = (
    r"^[\x{4E00}-\x{9FFF}()（）]{0,10}[〔(（\[【](?:19|20)[0-9]{2}[〕)）\]】]"
    r"[\x{4E00}-\x{9FFF}()（）0-9]{0,10}[0-9]{1,12}[号號]?(?:[之\-][0-9一二三四五六七八九十]{1,3})?$"
)
"""Numbers of cases as authorities write them: 甬公刑立字〔2024〕12号."""
_DIGIT = r"[0-9]"
_NUMBER = r"^[+\-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?(?:[eE][+\-]?[0-9]{1,2})?$"
_DAY = r"^[0-9 TZ:./+\-年月日时分秒]{1,35}$"
_WORDS = (
    "盗窃|扒窃|入室|电动车|摩托车|自行车|汽车|车辆|抢劫|抢夺|诈骗|电信|网络|打架|斗殴|殴打|故意|伤害|人身|纵火|放火|火灾|火警|火情|爆炸|燃气|泄漏|触电|溺水|坠楼|自杀|失踪|走失|走私|"
    "赌博|吸毒|贩毒|毒品|卖淫|嫖娼|酒驾|醉驾|交通|事故|肇事|逃逸|纠纷|邻里|家庭|婚姻|劳资|租赁|物业|消费|医疗|征地|拆迁|经济|债务|噪音|噪声|扰民|高空|抛物|占道|经营|违章|违法|违规|停车|建筑|搭建|"
    "投诉|举报|求助|咨询|报警|警情|案件|治安|刑事|民事|行政|消防|安全|隐患|检查|巡逻|盘查|调解|成功|失败|撤销|有效|无效|正常|异常|新增|变更|注销|已|未|处理|办结|受理|登记|其他|其它|未知|不详|损坏|设施|路灯|井盖|"
    "环境|卫生|污染|垃圾|积水|漏水|停水|停电|犬类|扰序|寻衅|滋事|聚众|非法|侵入|住宅|敲诈|勒索|猥亵|强奸|绑架|拐卖|虐待|家暴|精神|障碍|群体|类|等|与|和|及|、"
)
_WORD = rf"^(?:{_WORDS})+$"
_PLACEHOLDER = (
    r"^(?i:unknown|none|null|nan|na|n/a|nil|other|others|missing|undefined|true|false|yes|no|active|open|closed|[-?/.]{1,3})$"
)
TOKEN = re.compile(r"#[0-9a-f]{16} (.+)", re.DOTALL)
"""A token: the hash of a text and what is shown."""
LONGEST_CODE = 40
"""Characters of a code."""
OFTEN = 5
"""Rows from which on a value of a column of categories is shown, unless it may be a name."""


def is_harmless(values: pa.Array) -> Any:
    """Return which values are codes, numbers, days or words of the list.

    A value that may be the number of a person can be among them.
    """
    import pyarrow as pa

    pc = arrow_compute()
    ranges = byte_ranges(values)
    if ranges is not None and (ranges.are_codes(_LETTERS, _DIGITS) or are_moments(ranges)):
        return pc.not_equal(values, "").to_numpy(zero_copy_only=False)
    found = pc.match_substring_regex(values, PLAIN_CODE).fill_null(False).to_numpy(zero_copy_only=False).copy()
    rest = np.flatnonzero(~found)
    if len(rest):
        others = values.take(pa.array(rest)) if len(rest) < len(values) else values
        code = pc.and_(pc.match_substring_regex(others, _CODE), pc.match_substring_regex(others, _DIGIT))
        short = pc.less_equal(pc.utf8_length(others), LONGEST_CODE)
        found[rest] = pc.and_(code, short).fill_null(False).to_numpy(zero_copy_only=False)
    for pattern in (_SHORT, _PLACEHOLDER, _NUMBER, _WORD, MOMENT, _CASE, _DAY):
        rest = np.flatnonzero(~found)
        if not len(rest):
            break
        others = values.take(pa.array(rest))
        found[rest] = pc.match_substring_regex(others, pattern).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def token(value: str, hashed: int, count: int = 0) -> str:
    """Return the token of a value with a hash.

    Parameters
    ----------
    count
        Number of rows with the value; a category that is frequent and no name is shown.
    """
    return f"#{hashed:016x} {value if count >= OFTEN and _is_category(value) else described_text(value)}"


def without_hash(text: str) -> str:
    """Return a stored text as shown; a token without its hash."""
    match = TOKEN.fullmatch(text)
    if match is not None:
        return match[1]
    return text if forbidden(text) is None else described_text(text)


def is_safe_token(text: str) -> bool:
    """Return whether a text is a token that shows nothing forbidden.

    The digits of its hash may look like a telephone number.

    Examples
    --------
    >>> [is_safe_token(text) for text in ("#a13812345678bcde <2 letters>", "#a13812345678bcde 13812345678", "13812345678")]
    [True, False, False]
    """
    match = TOKEN.fullmatch(text)
    return match is not None and forbidden(match[1]) is None


def keyed_hash(text: str, key: bytes) -> int:
    """Return a hash of 64 bits that depends on a key."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, key=key).digest(), "little")


def described_text(text: str) -> str:
    r"""Return how many letters, digits and signs a text has.

    Signs that nobody sees are named.

    Examples
    --------
    >>> described_text("张三"), described_text("Zhang 13"), described_text("")
    ('<2 Chinese characters>', '<5 letters, 2 digits, 1 other>', '<nothing>')
    >>> print(described_text("张三\u200b"))
    <2 Chinese characters, hidden signs \u200b>
    """
    classes = {"Chinese character": 0, "letter": 0, "digit": 0}
    for c in text:
        if "\u3400" <= c <= "\u9fff":
            classes["Chinese character"] += 1
        elif c.isalpha():
            classes["letter"] += 1
        elif c.isdecimal():
            classes["digit"] += 1
    found = [counted(n, what) for what, n in classes.items() if n]
    hidden = list(dict.fromkeys(HIDDEN.findall(text)))
    rest = len(HIDDEN.sub("", text)) - sum(classes.values())
    found += [f"{rest} other"] if rest else []
    found += [f"hidden signs {' '.join(map(shown, hidden))}"] if hidden else []
    return f"<{', '.join(found) or 'nothing'}>"


def safe_repr(text: str) -> str:
    """Return a value of a table as a message may show it.

    A harmless one is quoted, any other is described.
    """
    return repr(text) if may_be_kept(text) and not may_be_personal_number(text) else described_text(text)


def may_be_kept(text: str) -> bool:
    """Return whether a single text is harmless."""
    import pyarrow as pa

    return bool(is_harmless(pa.array([text], pa.string()))[0]) and forbidden(text) is None


def unknown_text(what: str, text: str, known: Iterable[str], row: int) -> UsageError:
    """Return the error for an unknown name in a table.

    Examples
    --------
    >>> print(unknown_text("cell", "张三", ["a1", "a2"], 3))
    There is no cell named <2 Chinese characters> (row 3). Available: a1, a2.
    """
    return UsageError(f"There is no {what} named {safe_repr(text)} (row {row:,}). {did_you_mean(text, known)}")


def _is_category(value: str) -> bool:
    printable = all(unicodedata.category(c)[0] != "C" for c in value)
    personal = may_be_name(value) or forbidden(value) is not None or may_be_personal_number(value)
    return len(value) <= 20 and printable and not personal
