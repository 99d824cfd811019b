"""Who may import whom: the contracts of pyproject.toml hold, and what they cannot say is said here."""

import tomllib
from pathlib import Path

import pytest
from importlinter import cli

from tests.architecture.modules import PACKAGES, ROOT, modules, rooms

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = CONFIG["tool"]["importlinter"]["contracts"]

SQL = {"sqlalchemy", "sqlite3", "asyncpg", "alembic"}
SPEAKS_SQL = {"table", "repository", "edges"}


def test_the_contracts_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    broken = cli.lint_imports(cache_dir=str(tmp_path), no_logo=True)
    assert not broken, capsys.readouterr().out


def test_every_package_is_under_contract() -> None:
    shipped = CONFIG["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(shipped) == set(CONFIG["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


def test_every_room_is_under_the_rooms_contract() -> None:
    contract = next(each for each in CONTRACTS if each["name"] == "Inside a room")
    assert sorted(contract["containers"]) == [f"crm.{room}" for room in rooms()]


def test_only_storage_tables_repositories_and_edges_speak_sql() -> None:
    assert [each.name for each in modules(*PACKAGES) if each.imported & SQL and not _may_speak_sql(each.name)] == []


def _may_speak_sql(name: str) -> bool:
    package, *rest = name.split(".")
    return package == "crm" and bool(rest) and (rest[0] == "storage" or rest[-1] in SPEAKS_SQL)
