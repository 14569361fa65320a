"""The whole examination, also of a project whose file cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project, load_project
from riskmodel.base.project.project import FILE_NAME
from riskmodel.base.texts import Language, Text, labelled
from riskmodel.operations.doctor.database_checks import ledger, tracking
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, DoctorSeverity, fine, refusal, remedy_unless_refused, worst
from riskmodel.operations.doctor.folder_checks import disk, remains, temporary
from riskmodel.operations.doctor.lock_checks import file_systems, locks
from riskmodel.operations.doctor.machine_checks import clock, encoding, installed_versions, kernels, port
from riskmodel.operations.doctor.model_checks import models
from riskmodel.operations.doctor.permission_checks import open_to_all, permissions, unreadable
from riskmodel.operations.doctor.project_checks import (
    experiments,
    group_labels,
    history,
    looks,
    read_only_files,
    removed,
    secrets,
)

NAMES: dict[DoctorSeverity, Text] = {
    "ok": Text(zh="正常", en="OK"),
    "note": Text(zh="提示", en="NOTE"),
    "warning": Text(zh="警告", en="WARNING"),
    "fault": Text(zh="故障", en="FAULT"),
}
"""What stands before each finding."""
CODES: Mapping[str, str] = {
    "version": "版本", "encoding": "编码", "project": "项目", "history": "历史数据", "ledger": "台账", "mlflow": "模型登记库", "model": "模型", "looks": "评估次数",
    "secret": "密钥", "port": "端口", "disk": "磁盘空间", "inodes": "文件数", "permissions": "权限", "locks": "锁", "clock": "时钟", "remains": "残留文件", "kernels": "编译缓存",
    "experiment": "试验", "removed": "清理记录", "temporary": "临时文件夹", "label": "类别名称",
}  # fmt: skip
"""What is examined, in Chinese; English has the codes."""
WHOLE = ("locale", "locks", "clock")
"""Subjects that say no more than their code."""


@dataclass(frozen=True)
class Surroundings:
    """What a command knows of its process.

    ``now`` is the time in seconds since 1970, ``user`` and ``uid`` name and number of the user, ``stdout`` the encoding of the output, ``environment`` the
    environment variables, of which only the presence of those that the project names is examined.
    """

    now: int
    user: str
    stdout: str = "utf-8"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    uid: int = 1


@dataclass(frozen=True)
class Examination:
    """What the doctor found, in the order in which it examined."""

    findings: tuple[DoctorFinding, ...]
    language: Language = "zh"

    @property
    def exit_code(self) -> int:
        """0, 4 with a warning, or 1 with a fault."""
        return {"fault": 1, "warning": 4}.get(worst(self.findings), 0)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with both languages."""
        return {"worst": worst(self.findings), "findings": [one.to_json() for one in self.findings]}

    def text(self) -> str:
        """Return the findings for the terminal, the worst first."""
        order = ("fault", "warning", "note", "ok")
        lines = []
        for one in sorted(self.findings, key=lambda finding: order.index(finding.severity)):
            parts = [one.said(self.language), one.remedy(self.language)]
            said = ("" if self.language == "zh" else " ").join(part for part in parts if part)
            lines.append(labelled(f"{NAMES[one.severity](self.language)} {self._about(one)}", said, self.language))
        return "\n".join(lines)

    def _about(self, one: DoctorFinding) -> str:
        """Return what was examined, as people call it."""
        called = one.subject if one.called is None else one.called(self.language)
        if self.language == "zh":
            return " ".join([CODES.get(one.code, one.code), *([] if called in WHOLE else [called])])
        return f"{one.code} {called}"


def examine(folder: Path, around: Surroundings, data: Path | None = None) -> Examination:
    """Examine the machine and the project in a folder; nothing is written.

    Parameters
    ----------
    data
        Folder of the tables, where it is not the project's.
    """
    found = [*installed_versions(), kernels(), encoding(around.stdout)]
    try:
        project = load_project(folder, data)
    except (RiskmodelError, OSError) as error:
        said = Text(zh=f"项目文件无法读取（英文）：{refusal(error)}", en=refusal(error))
        remedy = Text(
            zh="按提示更正 riskmodel.toml，或用 --project 指定项目文件夹。",
            en="Correct riskmodel.toml, or name the project's folder with --project.",
        )
        remedy = remedy_unless_refused(error, remedy)
        found += [DoctorFinding("project", str(folder / FILE_NAME), "fault", said, remedy), *_folders(folder, [], around)]
        found += clock(_newest([folder / FILE_NAME]), around.now, "UTC")
        return Examination(tuple(found))
    found.append(fine("project", project.table.name, "项目文件可读取。", "Its file can be read."))
    table = project.table
    outbox, tracking_home = map(project.path, (table.outbox, table.tracking))
    histories = [project.path(project.layer(name).table.history) for name in ("", *sorted(table.layers))]
    found += [one for path in histories for one in _examined("history", path, lambda at: history(at))]
    whole: list[tuple[str, Callable[[Project], Iterable[DoctorFinding]]]] = [
        ("ledger", lambda one: [ledger(one)]), ("mlflow", lambda one: [tracking(one)]), ("model", models), ("experiment", experiments),
        ("looks", looks), ("removed", removed), ("label", group_labels), ("secret", lambda one: secrets(one, around.environment)), ("port", lambda _: [port()]),
    ]  # fmt: skip
    found += [one for code, check in whole for one in _examined(code, project, check)]
    own = [*histories, outbox, *([] if project.tracking_server else [tracking_home])]
    found += _folders(folder, own, around, project)
    newest = [folder / FILE_NAME, project.ledger_file, *(path / "current" for path in histories)]
    found += clock(_newest(newest), around.now, table.time_zone)
    return Examination(tuple(found), table.warnings.language)


def _folders(folder: Path, own: list[Path], around: Surroundings, project: Project | None = None) -> Iterator[DoctorFinding]:
    """Examine disks, permissions, locks and remains.

    Parameters
    ----------
    own
        Folders that riskmodel alone fills.
    """
    shared = [folder, *([] if project is None else [project.ledger_file.parent])]
    unique = list(dict.fromkeys((*shared, *own)))
    devices: set[int] = set()
    for path in unique:
        if path.exists() and (device := path.stat().st_dev) not in devices:
            devices.add(device)
            yield from disk(path)
    yield temporary()
    ledger = None if project is None or project.ledger_address else project.ledger_file
    yield from _examined("permissions", unique, lambda _: permissions(own, list(dict.fromkeys(shared)), around.user, around.uid))
    yield from _examined(
        "permissions", [] if project is None else read_only_files(project), lambda files: unreadable(files, around.user)
    )
    yield from _examined("permissions", [folder / FILE_NAME, *unique], open_to_all)
    yield from _examined("locks", unique, lambda paths: file_systems([path for path in paths if path.exists()], ledger))
    yield from _examined("locks", unique, locks)
    yield from _examined("remains", [path for path in unique if path != folder], lambda paths: remains(paths, around.now))


Examined = TypeVar("Examined")


def _examined(code: str, what: Examined, check: Callable[[Examined], Iterable[DoctorFinding]]) -> Iterator[DoctorFinding]:
    """Yield what a check finds, or what stopped it."""
    try:
        yield from check(what)
    except OSError as error:
        why = refusal(error)
        said = Text(zh=f"检查未能完成（英文）：{why}", en=f"It could not be examined: {why}")
        yield DoctorFinding(code, str(error.filename or FILE_NAME), "fault", said)


def _newest(paths: list[Path]) -> dict[Path, float]:
    """Return when those files were written that may be seen."""
    return {path: path.stat().st_mtime for path in paths if os.path.exists(path)}
