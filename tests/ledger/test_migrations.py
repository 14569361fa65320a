"""Migrations give the tables of a new ledger, on SQLite and PostgreSQL, from every earlier version."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, NullPool, create_engine, inspect

from riskmodel.base.answer_outcomes import OUTCOMES
from riskmodel.ledger import Ledger, migrations
from riskmodel.ledger.ledger_tables import META
from riskmodel.ledger.migrations import HEAD, upgrade
from tests.records.postgres import emptied

DUMP = Path(__file__).with_name("first_version.sql")
STEPS = [f"{number:04}" for number in range(1, int(HEAD) + 1)]


def is_like_new(engine: Engine) -> bool:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        same = compare_metadata(context, META) == [] and checked_words(engine) == stated_words()
    return same and numbered_once(engine) == stated_numbers(engine)


def numbered_once(engine: Engine) -> set[str]:
    """The SQLite tables that give no number twice; alembic does not compare them."""
    if engine.dialect.name != "sqlite":
        return set()
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    return {name for name, sql in made if "AUTOINCREMENT" in sql}


def stated_numbers(engine: Engine) -> set[str]:
    if engine.dialect.name != "sqlite":
        return set()
    return {name for name, table in META.tables.items() if table.dialect_options["sqlite"]["autoincrement"]}


def checked_words(engine: Engine) -> dict[str, set[str]]:
    """The words that the CHECKs of each table allow; alembic does not compare them."""
    found = {name: inspect(engine).get_check_constraints(name) for name in META.tables}
    return {name: set(re.findall(r"'(\w+)'", " ".join(one["sqltext"] for one in checks))) for name, checks in found.items()}


def stated_words() -> dict[str, set[str]]:
    checks = {
        name: [one for column in table.columns for one in column.constraints if isinstance(one, CheckConstraint)]
        for name, table in META.tables.items()
    }
    return {name: set(re.findall(r"'(\w+)'", " ".join(str(one.sqltext) for one in found))) for name, found in checks.items()}


def test_the_answers_that_the_ledger_takes_are_those_of_the_table_of_outcomes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "operations.db")
    assert checked_words(ledger.engine)["answers"] == set(OUTCOMES)


@pytest.mark.filterwarnings("ignore:Unnamed CHECK:UserWarning")  # alembic warns of the CHECK that is given, too
def test_a_table_that_is_written_again_keeps_what_it_is_told_to_keep(tmp_path: Path) -> None:
    check = CheckConstraint(f"outcome IN ({', '.join(map(repr, OUTCOMES))})")
    kept = {"table_args": [check], "table_kwargs": {"sqlite_autoincrement": True}}
    for name, given, same in (("kept", kept, True), ("lost", {}, False)):
        ledger = Ledger(tmp_path / name)
        with ledger.engine.begin() as connection:
            steps = Operations(MigrationContext.configure(connection))
            with steps.batch_alter_table("answers", recreate="always", **given):
                pass
        assert is_like_new(ledger.engine) is same, name


def test_the_last_step_is_the_head_and_every_step_follows_the_one_before() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [HEAD]
    assert [step.revision for step in script.walk_revisions()] == STEPS[::-1]


@pytest.mark.parametrize("steps", [(), STEPS[-1:]], ids=["new", "upgraded"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_index_of_open_deliveries_holds_no_others(
    kind: str, steps: list[str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path, address = tmp_path / "operations.db", emptied(request.getfixturevalue("postgres")) if kind == "postgresql" else ""
    for start in steps:
        with create_engine(address or f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
            upgrade(connection, start)
    (index,) = (
        one for one in inspect(Ledger(path, address).engine).get_indexes("deliveries") if one["name"] == "ix_deliveries_open"
    )
    assert index["column_names"] == ["due"]
    assert index.get("dialect_options", {}).get(f"{kind}_where") is not None


@pytest.mark.parametrize("start", STEPS)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_version_is_upgraded_to_the_tables_of_a_new_one(
    kind: str, start: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path, address = tmp_path / "operations.db", ""
    if kind == "postgresql":
        address = emptied(request.getfixturevalue("postgres"))
    engine = create_engine(address or f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection, start)
    ledger = Ledger(path, address)
    assert is_like_new(ledger.engine)
    assert repr(ledger).endswith(": 0 nights>")


def test_the_first_version_is_upgraded_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    ledger = Ledger(path)
    assert is_like_new(ledger.engine)
    names = inspect(ledger.engine).get_table_names()
    assert "schema_version" not in names
    assert sorted(names) == sorted(META.tables)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
