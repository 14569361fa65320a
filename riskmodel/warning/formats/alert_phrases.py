"""What lists say of the alerts about sources."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.texts import Text, phrase
from riskmodel.records.source_alerts import AlertCode

ALERT_PHRASES: Mapping[AlertCode, Text] = {
    "missing": phrase(
        "数据源“{source}”自{since}起未能导入：文件缺失。名单依据的是此前的数据，可能偏低；请提供文件后重新导入。",
        "The source '{source}' was not ingested since {since}: its file is missing. This list uses earlier data and may be too low; "
        "provide the file, then ingest it.",
    ),
    "empty": phrase(
        "数据源“{source}”自{since}起未能导入：文件没有数据行。名单依据的是此前的数据，可能偏低；请更换文件后重新导入。",
        "The source '{source}' was not ingested since {since}: its table has no rows. This list uses earlier data and may be too low; "
        "export it again, then ingest it.",
    ),
    "unreadable": phrase(
        "数据源“{source}”自{since}起未能导入：数据无法读取。名单依据的是此前的数据，可能偏低；请更换文件或恢复数据库后重新导入。",
        "The source '{source}' was not ingested since {since}: it cannot be read. This list uses earlier data and may be too low; "
        "export it again or restore the database, then ingest it.",
    ),
    "refused": phrase(
        "数据源“{source}”自{since}起未能导入：含有不得入库的个人信息。名单依据的是此前的数据，可能偏低；请更正导出后重新导入。",
        "The source '{source}' was not ingested since {since}: it holds what may not pass about persons. This list uses earlier data and "
        "may be too low; correct the export, then ingest it.",
    ),
    "settings": phrase(
        "数据源“{source}”自{since}起未能导入：项目的网格表、导出表或类别设置有误。名单依据的是此前的数据，可能偏低；请更正后重新导入。",
        "The source '{source}' was not ingested since {since}: the project's places, exports or kinds have a fault. This list uses earlier "
        "data and may be too low; correct the fault, then ingest it.",
    ),
    "unknown kinds": phrase(
        "数据源“{source}”自{since}起未能导入：类别几乎全部未知。名单依据的是此前的数据，可能偏低；请更正导出或映射后重新导入。",
        "The source '{source}' was not ingested since {since}: nearly all of its kinds are unknown. This list uses earlier data and may be "
        "too low; correct the export or the mapping, then ingest it.",
    ),
    "fewer rows": phrase(
        "数据源“{source}”自{since}起的导出疑似被截断：上次{of}行，本次{count}行。相关依据可能偏低；请重新导出。",
        "The export of the source '{source}' looks cut off since {since}: {of} rows before, {count} now. Reasons based on it may be too "
        "low; export it again.",
    ),
    "quarantined": phrase(
        "数据源“{source}”自{since}起几乎全部被隔离：{new}{of}行中有{count}行。相关依据缺失；请更正导出或映射。",
        "Nearly all {new}rows of the source '{source}' are in quarantine since {since}: {count} of {of}. Reasons based on it are missing; correct "
        "the export or the mapping.",
    ),
    "quarantine": phrase(
        "数据源“{source}”自{since}起有较多行被隔离：{new}{of}行中有{count}行。相关依据可能偏低；请更正导出或映射。",
        "Many {new}rows of the source '{source}' are in quarantine since {since}: {count} of {of}. Reasons based on it may be too low; correct "
        "the export or the mapping.",
    ),
}
"""A sentence for each alert, with the source and the day since which it holds."""
