"""The doctor's look at champions, whose files the next night loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.operations.champion_notes import target_title
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine
from riskmodel.operations.status_items import mend_model
from riskmodel.registry.champion_folders import champions
from riskmodel.registry.known_champions import known_champions, usable_champions

COPIED = Text(
    zh="服务器可用时，下次夜间批次会重新获取；否则该目标没有名单。",
    en="The next night fetches them again if the server answers; if not, the target is not scored.",
)


def models(project: Project) -> Iterator[DoctorFinding]:
    """Examine the files of every champion as the next night will.

    Where the project has an MLflow server, they are the copies here of what it last named; nothing is fetched.
    """
    try:
        named = (
            known_champions(project).versions if project.tracking_server else {one.experiment: one for one in champions(project)}
        )
    except RiskmodelError:
        # the examination of MLflow's database says why
        return
    found = usable_champions(named)
    for name, one in found.versions.items():
        whole = fine("model", name, f"版本{one.version}的文件完好。", f"The files of version {one.version} are whole.")
        yield replace(whole, called=target_title(project, name))
    for name, broken in found.unusable.items():
        called = target_title(project, name)
        early = broken.version is not None and not broken.version.checksum
        zh = "现用模型由较早版本的程序登记" if early else "现用模型的文件缺失或损坏"
        said = Text(zh=f"{zh}，下次夜间批次不会评估该目标（英文）：{broken.error}", en=str(broken.error))
        if early:
            # what was registered then is in no backup otherwise, and the error says what to do
            yield DoctorFinding("model", name, "fault", said, called=called)
        elif project.tracking_server:
            yield DoctorFinding("model", name, "warning", said, COPIED, called)
        else:
            yield DoctorFinding("model", name, "fault", said, mend_model(name), called)
