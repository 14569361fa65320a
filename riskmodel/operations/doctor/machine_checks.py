"""What the doctor examines of the machine: versions, clock, encoding, port."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine

AHEAD = 300
"""Seconds by which a file may be newer than the clock."""
PORT = 5000
"""The port of ``riskmodel serve``."""


def installed_versions() -> Iterator[DoctorFinding]:
    """Examine Python and the packages that riskmodel needs."""
    python = ".".join(map(str, sys.version_info[:3]))
    needed = metadata.metadata("riskmodel")["Requires-Python"] or ""
    yield _version("Python", python, needed)
    faults = 0
    for line in metadata.requires("riskmodel") or []:
        requirement, _, marker = line.partition(";")
        name = re.split(r"[\s\[<>=!~(]", requirement.strip(), maxsplit=1)[0]
        if "extra" in marker:
            continue
        try:
            found = _version(name, metadata.version(name), requirement[len(name) :])
        except metadata.PackageNotFoundError:
            remedy = Text(zh=f"运行 pip install '{requirement.strip()}'。", en=f"Run: pip install '{requirement.strip()}'.")
            found = DoctorFinding("version", name, "fault", Text(zh="未安装。", en="It is not installed."), remedy)
        if found.severity != "ok":
            faults += 1
            yield found
    if not faults:
        own = metadata.version("riskmodel")
        yield fine("version", f"riskmodel {own}", "所需的软件包均已安装。", "Every package that it needs is installed.")


def kernels() -> DoctorFinding:
    """Examine whether compiled code is kept from one run to the next."""
    from riskmodel.asof.windows.groups import add_to_groups

    place = add_to_groups.stats.cache_path
    if place is not None:
        return fine("kernels", str(place), "编译过的代码会保存下来。", "Compiled code is kept.")
    said = Text(
        zh="编译过的代码无处保存，每次运行都要重新编译几秒。",
        en="Compiled code cannot be kept, so each run compiles it again for some seconds.",
    )
    remedy = Text(
        zh="把环境变量 NUMBA_CACHE_DIR 设为只有本用户可写的文件夹。",
        en="Set NUMBA_CACHE_DIR to a folder that only this user may write.",
    )
    return DoctorFinding("kernels", "numba", "warning", said, remedy)


def _version(name: str, there: str, needed: str) -> DoctorFinding:
    """Return how a version is, against comma-separated bounds."""
    for bound in re.findall(r"(>=|<=|==|<|>)\s*([0-9][0-9.]*)", needed):
        if not _within(there, *bound):
            said = Text(zh=f"版本为{there}，需要{needed.strip()}。", en=f"It is version {there}; {needed.strip()} is needed.")
            remedy = Text(zh="按 requirements.lock 重新安装。", en="Install the versions of requirements.lock again.")
            return DoctorFinding("version", name, "fault", said, remedy)
    return fine("version", name, f"版本{there}。", f"Version {there}.")


def _within(there: str, sign: str, bound: str) -> bool:
    have, want = ([int(part) for part in re.findall(r"\d+", text)[:4]] for text in (there, bound))
    size = max(len(have), len(want))
    a, b = (tuple(one + [0] * (size - len(one))) for one in (have, want))
    return {">=": a >= b, "<=": a <= b, "==": a[: len(want)] == b[: len(want)], "<": a < b, ">": a > b}[sign]


def clock(newest: Mapping[Path, float], now: int, zone: str) -> Iterator[DoctorFinding]:
    """Compare the clock with the times of the project's files.

    Parameters
    ----------
    newest
        Files and when they were last written, in seconds since 1970.
    """
    shown = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    late = max(newest.items(), key=lambda item: item[1], default=None)
    if late is not None and late[1] > now + AHEAD:
        minutes = round((late[1] - now) / 60)
        said = Text(
            zh=f"时钟为{shown}，比最新文件 {late[0].name} 的时间早{minutes}分钟。",
            en=f"It shows {shown}, which is {minutes} minutes before the time of the newest file {late[0].name}.",
        )
        remedy = Text(
            zh="校准时钟（timedatectl set-ntp true）；时钟未校准前不要运行夜间批次。",
            en="Set the clock (timedatectl set-ntp true); run no night before it is right.",
        )
        yield DoctorFinding("clock", "clock", "fault", said, remedy)
    else:
        yield fine("clock", "clock", f"时钟为{shown}，不早于任何文件。", f"It shows {shown}, and no file is newer.")
    try:
        local = datetime.fromtimestamp(now, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        yield fine("clock", zone, f"项目时区现在是{local}。", f"In the project's time zone it is {local}.")
    except (ZoneInfoNotFoundError, ValueError):
        said = Text(zh="系统没有这个时区。", en="The system does not know this time zone.")
        remedy = Text(zh="安装 tzdata（pip install tzdata）。", en="Install the time zones: pip install tzdata.")
        yield DoctorFinding("clock", zone, "fault", said, remedy)


def encoding(stdout: str) -> DoctorFinding:
    """Examine whether file names and output take Chinese."""
    codes = ((Text(zh="文件名", en="file names"), sys.getfilesystemencoding()), (Text(zh="输出", en="output"), stdout))
    lacking = [name for name, code in codes if not _takes_chinese(code)]
    if not lacking:
        return fine("encoding", "locale", "文件名和输出均支持中文。", "File names and output support every character.")
    said = Text(
        zh=f"{'和'.join(name.zh for name in lacking)}的编码不支持中文。",
        en=f"The encoding of {' and '.join(name.en for name in lacking)} does not take Chinese.",
    )
    remedy = Text(zh="设置环境变量 LANG=C.UTF-8。", en="Set LANG=C.UTF-8 where riskmodel runs.")
    return DoctorFinding("encoding", "locale", "warning", said, remedy)


def _takes_chinese(code: str) -> bool:
    try:
        return bool("网格".encode(code))
    except (LookupError, UnicodeEncodeError):
        return False


def port() -> DoctorFinding:
    """Examine whether the usual port of 'riskmodel serve' is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.settimeout(1)
        taken = one.connect_ex(("127.0.0.1", PORT)) == 0
    if not taken:
        return fine("port", str(PORT), "端口空闲。", "The port is free.")
    said = Text(zh="已有程序使用该端口。", en="A program uses this port.")
    remedy = Text(
        zh="若不是 riskmodel serve，请用 --port 另选端口。",
        en="Unless it is 'riskmodel serve' itself, choose another with --port.",
    )
    return DoctorFinding("port", str(PORT), "note", said, remedy)
