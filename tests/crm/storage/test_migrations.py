"""The migrated schema is what the tables declare, and every revision goes up, down and up again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import ColumnCollectionConstraint

import crm.catalogue
import crm.local
import crm.storage.oauth.expired
import crm.storage.oauth.keys
import crm.storage.tokens  # noqa: F401  tables are declared by importing them
from crm.storage import opening
from crm.storage.metadata import METADATA
from crm.storage.opening import downgrade, head, migrate, revision
from tests.conftest import NewDatabase
from tests.fixtures.postgres import PostgresServer, apart

TENANTLESS = {"businesses", "secrets", "oauth_clients", "oauth_keys"}
"""The installation's own tables; docs/decisions/0001 says why the last two are."""

Schema = dict[str, tuple[str, ...]]
"""What each part of a schema is, in the database's own words, by its kind and name."""


def test_what_is_migrated_is_what_is_declared(new_database: NewDatabase, empty_url: str) -> None:
    _within(empty_url, METADATA.create_all)
    declared, migrated = _schema(empty_url), _schema(new_database())
    assert len(declared) > len(METADATA.tables)
    assert {name: said for name, said in migrated.items() if not _is_beside(name)} == declared


def test_up_down_and_up_again_changes_nothing(empty_url: str) -> None:
    apart(lambda: migrate(empty_url))
    assert apart(lambda: revision(empty_url)) == head()
    first = _schema(empty_url)
    apart(lambda: downgrade(empty_url))
    assert apart(lambda: revision(empty_url)) is None
    assert [name for name in _schema(empty_url) if "alembic_version" not in name] == []
    apart(lambda: migrate(empty_url))
    assert _schema(empty_url) == first


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    async def both() -> None:
        await asyncio.gather(*(asyncio.to_thread(migrate, empty_url) for _ in range(2)))

    apart(lambda: asyncio.run(both()))
    assert apart(lambda: revision(empty_url)) == head()


def test_every_key_index_and_reference_begins_with_the_tenant() -> None:
    for table in METADATA.tables.values():
        if table.name in TENANTLESS:
            continue
        keyed = [each for each in table.constraints if isinstance(each, ColumnCollectionConstraint)]
        columns = [each.columns.keys() for each in keyed] + [each.columns.keys() for each in table.indexes]
        assert [each for each in columns if each[0] != "business_id" and each != ["words"]] == []


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with nothing in it."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.address(server.create())


def _within(url: str, work: Callable[[sa.Connection], Any]) -> Any:
    return apart(lambda: opening._within(url, work))  # noqa: SLF001  the one way to a plain connection


def _schema(url: str) -> Schema:
    said = _within(url, lambda connection: connection.exec_driver_sql(_ASKED[connection.dialect.name]).all())
    return {name: tuple(sorted(line.strip(", \t") for line in text.splitlines())) for name, text in said}


def _is_beside(name: str) -> bool:
    """Whether a part is no table's own: Alembic's, or SQLite's full-text side."""
    return any(each in name for each in ("alembic_version", "search_", "trigger "))


_ASKED = {
    "sqlite": """
        SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'
    """,
    "postgresql": """
        SELECT 'column ' || table_name || '.' || column_name,
            concat_ws(' ', ordinal_position, udt_name, is_nullable, collation_name, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL
        SELECT 'constraint ' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    """,
}
