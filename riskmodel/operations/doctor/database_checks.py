"""What the doctor examines of databases: ledger and MLflow, read only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from riskmodel.base.database_files import unwritable_database, why_closed
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.locks import was_made
from riskmodel.base.project import Project
from riskmodel.base.shown_texts import as_clause
from riskmodel.base.texts import Text
from riskmodel.ledger.migrations import HEAD
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine
from riskmodel.registry import with_champion
from riskmodel.registry.home import DATABASE, home

RESTORE = Text(
    zh="先移走该文件，再运行 riskmodel restore 备份文件夹。", en="Move the file away, then run 'riskmodel restore BACKUP'."
)


RESTART = Text(
    zh="启动服务器，设置 MLFLOW_TRACKING_USERNAME 和 MLFLOW_TRACKING_PASSWORD，或更正 tracking。",
    en="Start the server, set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or correct tracking.",
)


def ledger(project: Project) -> DoctorFinding:
    """Examine the ledger: there, whole, and of this version."""
    if project.ledger_address:
        return _postgresql(project)
    return _sqlite("ledger", project.ledger_file, HEAD, "riskmodel nightly")


def tracking(project: Project) -> DoctorFinding:
    """Examine MLflow's database: there, whole, and of this version."""
    if project.tracking_server:
        return _server(project)
    return _sqlite("mlflow", home(project) / DATABASE, _mlflow_head(), "riskmodel train EXPERIMENT")


def _server(project: Project) -> DoctorFinding:
    """Ask an MLflow server for the project's champions."""
    try:
        names = with_champion(project)
    except RiskmodelError as error:
        return DoctorFinding(
            "mlflow", project.tracking_server, "fault", Text(zh=f"服务器不可用（英文）：{error}", en=str(error)), RESTART
        )
    there = ", ".join(names)
    return fine(
        "mlflow",
        project.tracking_server,
        f"服务器有应答；现用模型：{there or '无'}。",
        f"The server answers; champions: {there or 'none'}.",
    )


def _sqlite(code: str, path: Path, head: str, maker: str) -> DoctorFinding:
    """Examine a SQLite file without changing anything."""
    if not path.exists() or path.stat().st_size == 0:
        if was_made(path):
            said = Text(zh="数据库文件丢失或为空。", en="The database is missing or empty, although there was one.")
            return DoctorFinding(code, str(path), "fault", said, RESTORE)
        said = Text(zh=f"尚未建立；{maker} 会建立它。", en=f"It is not there yet; '{maker}' makes it.")
        return DoctorFinding(code, str(path), "note", said)
    try:
        with closing(unwritable_database(path, 5)) as connection:
            wrong = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if "alembic_version" in tables else []
    except (sqlite3.Error, OSError) as error:
        wrong, rows = str(error), []
    if closed := why_closed(path) if wrong != "ok" else "":
        said = Text(zh=f"数据库不能打开（英文）：{closed}。", en=f"It cannot be opened: {closed}.")
        return DoctorFinding(code, str(path), "fault", said)
    if wrong != "ok":
        return DoctorFinding(
            code,
            str(path),
            "fault",
            Text(zh=f"数据库损坏或无法读取（英文）：{wrong}。", en=f"It is damaged or cannot be read: {wrong}."),
            RESTORE,
        )
    return _migration(code, str(path), str(rows[0][0]) if rows else "", head)


def _migration(code: str, subject: str, there: str, head: str) -> DoctorFinding:
    """Return how the migration of a database is."""
    if not head:
        said = Text(
            zh=f"结构版本{there or '无'}；无法得知本程序所需的版本，未比较。",
            en=f"It has schema version {there or 'none'}; the version that this program needs cannot be found, so they were not compared.",
        )
        return DoctorFinding(
            code, subject, "warning", said, Text(zh="重新安装 requirements.lock。", en="Install requirements.lock again.")
        )
    if there == head:
        return fine(code, subject, f"数据库完好，结构版本{there}。", f"It is whole, with schema version {there}.")
    if code == "ledger" and there.isdigit() and there > head:
        said = Text(
            zh=f"结构版本{there}，本程序只认识到{head}。", en=f"It has schema version {there}; this riskmodel knows up to {head}."
        )
        return DoctorFinding(code, subject, "fault", said, Text(zh="升级 riskmodel。", en="Upgrade riskmodel."))
    said = Text(
        zh=f"结构版本{there or '无'}，本程序为{head}。", en=f"It has schema version {there or 'none'}; this version has {head}."
    )
    remedy = Text(
        zh="先备份；下一条命令会自动升级。"
        if code == "ledger"
        else "先备份；安装 requirements.lock 中的 mlflow，或运行 mlflow db upgrade。",
        en="Make a backup; the next command upgrades it."
        if code == "ledger"
        else "Make a backup, then install mlflow of requirements.lock or run 'mlflow db upgrade'.",
    )
    return DoctorFinding(code, subject, "note" if code == "ledger" else "warning", said, remedy)


def _postgresql(project: Project) -> DoctorFinding:
    """Examine a ledger in PostgreSQL within a read-only transaction."""
    from sqlalchemy import inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    from riskmodel.ledger.ledger_engine import postgresql_engine, transaction

    subject = "PostgreSQL"
    try:
        engine = postgresql_engine(project.ledger_address)
        subject = engine.url.set(drivername="postgresql", query={}).render_as_string()
        with transaction(engine, subject, writes=False) as connection:
            there = "alembic_version" in inspect(connection).get_table_names()
            version = connection.scalar(text("SELECT version_num FROM alembic_version")) if there else ""
    except (SQLAlchemyError, RiskmodelError) as error:
        why = as_clause(getattr(error, "orig", error))
        said = Text(zh=f"无法连接数据库（英文）：{why}。", en=f"It cannot be reached: {why}.")
        remedy = Text(
            zh="启动服务器，或更正 riskmodel.toml 的 store、角色权限或密码（PGPASSWORD、.pgpass）。",
            en="Start the server, or correct 'store' in riskmodel.toml, the role's rights or its password (PGPASSWORD, .pgpass).",
        )
        return DoctorFinding("ledger", subject, "fault", said, remedy)
    return _migration("ledger", subject, str(version or ""), HEAD)


def _mlflow_head() -> str:
    """Return the installed MLflow's last migration; empty if unknown."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    spec = find_spec("mlflow")
    if spec is None or spec.origin is None:
        return ""
    config = Config()
    config.set_main_option("script_location", str(Path(spec.origin).parent / "store" / "db_migrations").replace("%", "%%"))
    try:
        return ScriptDirectory.from_config(config).get_current_head() or ""
    except Exception:  # a migration of another package may fail in any way; then the version is not compared
        return ""
