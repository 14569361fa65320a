"""Whether rows are of open or of closed cases, by their columns."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import NO, YES, TextValues

LEAST_READ = 0.98
"""Share of the rows whose state must be understood."""
MOST_READ = 0.8
"""The same for a column that is rather one of states than of areas."""
MOST_STATES = 60
"""A column with more different values holds no states."""
_NAMES = re.compile(
    r"\b(status|state|stage|disposition|estado|estatus|situa[cç][aã]o|statut|etat|état|stato|stand|bearbeitungsstand|durum|статус|состояние|stav)\b|"
    r"状态|狀態|状況|办理情况|处理情况|化解情况|办结情况|整改情况|调处情况|进度|进展|ステータス|상태",
    re.IGNORECASE,
)
"""Names of columns that say how far a case is."""
_CLOSED_NAMES = re.compile(
    r"^(?:is |was )?(?:closed|resolved|completed|finished)$|^(?:是否)?已?(?:办结|结案|化解|解决|完成|整改|关闭)$"
)
_OPEN_NAMES = re.compile(r"^(?:is |still )?(?:open|pending|active|unresolved)$|^是否?(?:未办结|未结案|在办)$")
"""Names of columns of yes and no."""
_OPEN = re.compile(
    r"^(?:re-?)?open|\bre-?opened\b|^new\b|^(?:un|not[ _-]?|in)(?:closed|resolved|assigned|complete|finished|solved|started|addressed)|pending|in[ _-]?(?:progress|process|review)|^active|"
    r"^(?:assigned|received|submitted|acknowledged|registered|referred|scheduled|dispatched|accepted|triaged|logged|created)\b|^under\b|ongoing|outstanding|on hold|await|to do|"
    r"^未|^尚未|^待|中$|^在办|^(?:已)?(?:受理|派单|派发|派出|登记|签收|立案|交办|转办|分派|接单)$|^新|超期|逾期|挂起|"
    r"^offen|in bearbeitung|^neu\b|^ouvert|^en cours|^nouveau|^abiert|^pendiente|^en (?:proceso|tr[aá]mite|curso)|^abert|^em (?:andamento|curso)|^pendente|^apert|^in (?:corso|lavorazione|behandeling)|"
    r"^otwart|^w toku|^открыт|^в работе|^новая|^対応中|^未|^受付|처리중|접수|진행",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"^(?:case[ _-]?|work[ _-]?)?(?:closed?|complete|resolved|finish|done|fixed|solved|cleared|archived|ended|settled|no action|duplicate|cancel|void)|办结|结案|化解|解决|完成|整改|处理完|处置完|已处理|已处置|"
    r"关闭|归档|已回访|销号|销案|结束|调解成功|达成协议|^complet|^solucionad|^realizad|^rechazad|^erledigt|^geschlossen|^abgeschlossen|^ferm[eé]|^clos|^termin|^r[eé]solu|^trait[eé]|^cerrad|^resuelt|^atendid|^finaliz|^concluid|^fechad|^encerrad|^conclu[ií]d|"
    r"^resolvid|^chius|^risolt|^conclus|^gesloten|^afgehandeld|^afgerond|^zamkni|^zako[nń]czo|^закрыт|^выполнен|^решен|^завершен|対応済|^完了|^解決|완료|종결",
    re.IGNORECASE,
)
"""Values of open cases, which are looked for first, and of closed ones."""


def are_case_states(column: TextValues) -> bool:
    """Return whether a column says how far cases are.

    ``Estado`` is a state of Mexico, or that of a case.
    """
    if not _NAMES.search(plain_name(column.name)) or len(column.values) > MOST_STATES:
        return False
    found = [_OPEN.search(text.strip()) is not None or _CLOSED.search(text.strip()) is not None for text in column.values]
    return int(column.counts[np.array(found, dtype=bool)].sum()) >= MOST_READ * column.filled


class CaseStates(NamedTuple):
    """The column that says which cases are closed, and those rows.

    ``closed`` is 1 where a case is closed, 0 where it is open and -1 where that is unknown, ``[row]``.
    """

    column: str
    closed: Any

    @property
    def known(self) -> Any:
        """Rows whose state is known."""
        return self.closed >= 0

    def only(self, state: int) -> bool:
        """Return whether nearly all rows have this state."""
        return bool(self.known.mean() >= LEAST_READ and (self.closed[self.known] == state).all())


def case_states(table: ReadTable, roles: ColumnRoles) -> CaseStates | None:
    """Return which cases are closed; None where no column says it.

    A column of states counts before one of closing dates, which may be filled in for some cases only.
    """
    used = {*roles.dates(), roles.kind, roles.cell, *roles.cells}
    for name, column in table.columns.items():
        if name in used or not 1 <= len(column.values) <= MOST_STATES:
            continue
        states = _states(name, column)
        if states is not None:
            closed = np.append(states, -1)[column.codes]
            if (closed >= 0).mean() >= LEAST_READ:
                return CaseStates(name, closed)
    if roles.ended is not None:
        return CaseStates(roles.ended.column, roles.ended.known.astype(np.int64))
    empty = next((n for n, one in table.columns.items() if n not in used and rank(n, "ended") >= 2 and not one.stated), None)
    return None if empty is None else CaseStates(empty, np.zeros(table.rows, dtype=np.int64))


def _states(name: str, column: TextValues) -> Any:
    """Return the state of each different text, if there are any."""
    plain, texts = plain_name(name), [text.strip().lower() for text in column.values]
    for names, yes in ((_CLOSED_NAMES, 1), (_OPEN_NAMES, 0)):
        if names.search(plain) and set(texts) <= YES | NO:
            return np.array([yes if text in YES else 1 - yes for text in texts])
    if not _NAMES.search(plain) or column.is_numeric:
        return None
    return np.array([0 if _OPEN.search(text) else 1 if _CLOSED.search(text) else -1 for text in texts])
