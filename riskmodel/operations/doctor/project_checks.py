"""What the doctor examines of a readable project: history, looks and secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project, shared_labels
from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine, refusal, remedy_unless_refused
from riskmodel.operations.removed_pages import fault_of_notes, notes_file
from riskmodel.registry.looks import fault_of_looks, looks_file


def history(path: Path) -> Iterator[DoctorFinding]:
    """Examine whether the current manifest and its parts are there."""
    from riskmodel.records.store import HistoryStore

    store = HistoryStore(path)
    try:
        if store.manifest_id is None:
            said = Text(zh="尚未导入数据。", en="Nothing was ingested yet.")
            yield DoctorFinding(
                "history", str(path), "note", said, Text(zh="运行 riskmodel ingest。", en="Run 'riskmodel ingest'.")
            )
            return
        store.manifest()
    except (RiskmodelError, OSError) as error:
        said = Text(zh=f"历史数据无法读取（英文）：{refusal(error)}", en=refusal(error))
        remedy = Text(
            zh="运行 riskmodel ingest；不行则 riskmodel restore 备份文件夹。",
            en="Run 'riskmodel ingest'; if that fails, 'riskmodel restore BACKUP'.",
        )
        yield DoctorFinding("history", str(path), "fault", said, remedy_unless_refused(error, remedy))
        return
    yield fine(
        "history",
        str(path),
        "清单可读取；各文件由 riskmodel ingest 核对。",
        "Its manifest can be read; 'riskmodel ingest' checks the parts.",
    )


def group_labels(project: Project) -> Iterator[DoctorFinding]:
    """Yield labels that stand for different kinds on one list."""
    for group, label in shared_labels(project.table.kinds, project.table.kind_groups).items():
        said = Text(
            zh=f"类别组 {group} 与其他类别同用“{label}”，名单上同一个词会有不同的数字。",
            en=f"The kind group {group} has the label {label!r} of other kinds, so one word on a list has different numbers.",
        )
        remedy = Text(zh="在 riskmodel.toml 中给它另取一个名称。", en="Choose another label for it in riskmodel.toml.")
        yield DoctorFinding("label", group, "note", said, remedy)


def looks(project: Project) -> Iterator[DoctorFinding]:
    """Examine whether the looks at test windows can be counted."""
    wrong, name = fault_of_looks(project), str(looks_file(project))
    if wrong:
        said = Text(zh=f"无法得知测试时段被评估过几次（英文）：{wrong}", en=str(wrong))
        yield DoctorFinding("looks", name, "fault", said)
    elif looks_file(project).exists():
        yield fine("looks", name, "测试时段的评估次数可读取。", "The looks at test windows can be counted.")


def experiments(project: Project) -> Iterator[DoctorFinding]:
    """Examine whether the files of experiments can be read."""
    from riskmodel.forecasts.experiment import load_experiment

    for path in sorted((project.folder / "experiments").glob("*.toml")):
        try:
            load_experiment(project, path.stem)
        except (RiskmodelError, OSError) as error:
            why = refusal(error)
            said = Text(zh=f"实验无法读取，不能重新训练（英文）：{why}", en=f"It cannot be trained again: {why}")
            remedy = Text(zh="更正该文件，或从备份取回。", en="Correct the file, or take it from a backup.")
            yield DoctorFinding("experiment", str(path), "warning", said, remedy_unless_refused(error, remedy))


def removed(project: Project) -> Iterator[DoctorFinding]:
    """Examine whether the note of nights without pages can be read."""
    wrong, name = fault_of_notes(project), str(notes_file(project))
    if wrong:
        said = Text(zh=f"无法得知哪些批次的页面已被清理（英文）：{wrong}", en=str(wrong))
        yield DoctorFinding("removed", name, "fault", said)
    elif notes_file(project).exists():
        yield fine("removed", name, "已清理页面的批次可读取。", "The nights without pages can be read.")


def read_only_files(project: Project) -> list[Path]:
    """Return the folders and tables of a project that are only read."""
    table = project.table
    stated = [*(one.path for one in table.sources), table.places.path]
    paths = [project.path(path) for path in stated if path and not set("*?[") & set(path)]
    return list(dict.fromkeys([project.folder / "features", project.folder / "experiments", *paths]))


def secrets(project: Project, environment: Mapping[str, str]) -> Iterator[DoctorFinding]:
    """Examine whether the named environment variables are set."""
    table = project.table
    named = [
        *((one.name, getattr(one, "secret", "") or getattr(one, "password", "")) for one in table.delivery.channels),
        ("service.ping", table.service.ping),
    ]
    for subject, variable in named:
        if variable and not environment.get(variable):
            said = Text(zh=f"环境变量 {variable} 未设置。", en=f"The environment variable {variable!r} is not set here.")
            remedy = Text(
                zh="在服务的环境文件中设置，例如 /etc/riskmodel/secrets；本命令须在同一环境中运行。",
                en="Set it in the service's environment file, such as /etc/riskmodel/secrets, and run this command in the same environment.",
            )
            yield DoctorFinding("secret", subject, "warning", said, remedy)
