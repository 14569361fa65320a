"""Why a file of answers cannot be read, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from riskmodel.base.errors import UsageError
from riskmodel.base.texts import Language, Text

FAULTS: Mapping[str, Text] = {
    "old": Text(
        zh="反馈表{table}是旧版电子表格（XLS），无法读取。请另存为 XLSX、ODS 或 CSV 后重新提交。",
        en="The table of answers {table} is a spreadsheet of an old kind (XLS). Save it as XLSX, ODS or CSV.",
    ),
    "missing": Text(
        zh="反馈表{table}不存在。请提交指挥中心交回的 XLSX、ODS 或 CSV 文件。",
        en="The table of answers {table} does not exist. Pass the XLSX, ODS or CSV file that the centre handed back.",
    ),
    "form": Text(
        zh="{table}是{form}，不是电子表格，无法读取结果。请在名单的 XLSX 或 CSV 中填写后提交。",
        en="{table} is {form}, no spreadsheet, so no results can be read. Fill in the XLSX or CSV of the list and pass that.",
    ),
    "empty": Text(
        zh="反馈表{table}没有任何行。请提交指挥中心填写的表格。",
        en="The table of answers {table} has no rows. Pass the table that the centre filled in.",
    ),
    "damaged": Text(
        zh="反馈表{table}无法作为电子表格打开。请重新另存为 XLSX 后提交。",
        en="The table of answers {table} is not a readable spreadsheet. Save it again as XLSX.",
    ),
    "encoding": Text(
        zh="反馈表{table}的编码既不是 UTF-8 也不是 GB 18030。请另存为“CSV UTF-8”后重新提交。",
        en="The table of answers {table} is neither UTF-8 nor GB 18030. Save it as CSV UTF-8.",
    ),
    "lines": Text(
        zh="反馈表{table}第{line}行不符合 CSV 格式（{error}）。请另存为“CSV UTF-8”后重新提交。",
        en="The table of answers {table} is not CSV in line {line}: {error}. Save it as CSV UTF-8.",
    ),
    "twice": Text(
        zh="反馈表{table}的{name}有不止一列：{columns}。未记录任何反馈。请删除不算数的列后重新提交。",
        en="The table of answers {table} has more than one column for {name}: {columns}. Nothing was recorded. Delete those that do not count, then "
        "pass the table again.",
    ),
    "sheets": Text(
        zh="反馈表{table}的第{sheets}张工作表都填有反馈。未记录任何反馈。请合并到一张工作表，或删除不算数的工作表后重新提交。",
        en="The table of answers {table} has answers on several sheets ({sheets}). Nothing was recorded. Put them on one sheet, or delete the sheets that "
        "do not count, then pass the table again.",
    ),
    "quotation": Text(
        zh="反馈表{table}表头下第{row}行缺一个引号，其后的行被并入了同一单元格。请改正该行后重新提交。",
        en="In row {row} of the table of answers {table} a quotation mark is missing, and other rows stand inside a "
        "cell. Correct the row, then pass the table again.",
    ),
    "columns": Text(
        zh="反馈表{table}缺少以下列：{columns}。请补上表头，或另存为以逗号分隔的 CSV。",
        en="The table of answers {table} lacks a column for {columns}. Add it, or save the table as CSV with commas.",
    ),
}
"""Why a file cannot be read, and what to do."""
NO_TABLES: Mapping[bytes, Text] = {
    b"%PDF": Text(zh="PDF文件", en="a PDF"),
    b"\xff\xd8\xff": Text(zh="图片", en="a picture"),
    b"\x89PNG": Text(zh="图片", en="a picture"),
    b"<": Text(zh="网页", en="a page"),
    b"{": Text(zh="JSON文件", en="a JSON file"),
}
"""How files that people hand in by mistake begin, and what they are."""


@dataclass(frozen=True)
class AnswerFile:
    """A file's name, and the language of messages about it."""

    name: str
    language: Language

    def fault(self, key: str, **values: object) -> UsageError:
        """Return the error of a fault."""
        return UsageError(FAULTS[key](self.language, table=repr(self.name), **values))

    def wrong_form(self, content: bytes) -> UsageError | None:
        """Return the error of a file that is no table, or None."""
        begun = content[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
        form = next((form for sign, form in NO_TABLES.items() if begun.startswith(sign)), None)
        return None if form is None else self.fault("form", form=form(self.language))
