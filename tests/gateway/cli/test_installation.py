"""From nothing to a served demonstration; and a doctor who finds what is wrong."""

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from gateway.cli.doctor import CHECKS
from schema.build import sdl
from tests.architecture.modules import ROOT
from tests.gateway.cli.conftest import Command

Done = Callable[..., str]
Refused = Callable[..., str]

SECONDS = 60


def test_migrate_makes_the_file_and_its_folder(crm: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert crm("migrate").exit_code == 0
    assert (tmp_path / ".data" / "crm.db").exists()
    assert crm("business", "list").exit_code == 0
    assert crm("migrate", "--down-to", "base").stdout == "The database is at no revision.\n"


@pytest.mark.parametrize("command", [("serve",), ("business", "list"), ("seed",)])
def test_nothing_runs_on_an_older_schema(
    crm: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = crm(*command)
    assert result.exit_code == 1
    assert "Run `crm-gateway migrate` first." in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demonstration_is_seeded_once_and_only_where_nothing_is(done: Done, refused: Refused) -> None:
    assert done("seed", "--contacts", "20") == "Seeded 20 contacts and what belongs to them."
    assert "Northwind Demo" in done("business", "list")
    assert refused("seed") == "The database holds the demonstration already; seed an empty one."


def test_the_demonstration_is_not_put_beside_others(done: Done, refused: Refused) -> None:
    done("business", "create", "--name", "A real customer")
    assert refused("seed") == "The database holds other data than the demonstration's; seed an empty one."


def test_the_schema_is_printed(done: Done) -> None:
    assert done("schema") == sdl().rstrip("\n")


def test_a_doctor_finds_nothing_wrong(done: Done) -> None:
    lines = [line.split() for line in done("doctor").splitlines()]
    assert [(mark, name) for mark, name, *_ in lines] == [("ok", name) for name in CHECKS]


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", {"database", "schema"}),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", {"database", "schema"}),
        ("REDIS_URL", "redis://127.0.0.1:1", {"redis"}),
        ("DATABSE_URL", "sqlite:///crm.db", {"settings"}),
    ],
)
def test_a_doctor_finds_what_is_wrong(
    crm: Command, done: Done, monkeypatch: pytest.MonkeyPatch, name: str, value: str, wrong: set[str]
) -> None:
    monkeypatch.setenv(f"GATEWAY_{name}", value)
    result = crm("doctor")
    assert result.exit_code == 1
    assert {line.split()[1] for line in result.stdout.splitlines() if line.startswith("WRONG")} == wrong


def test_bad_settings_are_named_before_anything_happens(crm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", "much")
    for command in ("serve", "migrate", "doctor"):
        result = crm(command)
        assert (result.exit_code, result.stderr) == (
            1,
            "GATEWAY_RATE_LIMIT: must be <points>/<seconds>s, such as 1000/60s\n",
        )


def test_a_port_that_is_taken_is_said_so(crm: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = crm("run", "--port", str(port))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Cannot listen on 127.0.0.1 port {port}: ")


def test_run_serves_the_demonstration_and_prints_a_request_that_works(tmp_path: Path) -> None:
    with _running(tmp_path) as printed:
        lines = _until_curl(printed)
        said = "".join(lines)
        for address in ("admin@demo.example", "manager@demo.example", "rep@demo.example", "viewer@demo.example"):
            assert address in said
        *_, before, curl, after = lines
        assert (before, after) == ("\n", "\n")
        answer = _pasted(curl)
        assert answer.status_code == 200
        assert len(answer.json()["data"]) == 3
        assert httpx.get(_address(said, "Explorer"), headers={"Accept": "text/html"}).status_code == 200


@contextmanager
def _running(folder: Path) -> Iterator[IO[str]]:
    """`crm-gateway run` in an empty folder; what it prints."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    process = subprocess.Popen(
        [sys.executable, "-c", "from gateway.cli import main; main()", "run"],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            yield process.stdout
        finally:
            process.terminate()
            process.wait(SECONDS)


def _until_curl(printed: IO[str]) -> list[str]:
    """The lines up to the one after the request to paste."""
    lines: list[str] = []
    for line in printed:
        lines.append(line)
        if len(lines) > 1 and lines[-2].startswith("curl "):
            return lines
    raise AssertionError("".join(lines))


def _address(said: str, name: str) -> str:
    return next(line.split()[1] for line in said.splitlines() if line.strip().startswith(name))


def _pasted(curl: str) -> httpx.Response:
    """Do what the curl line says."""
    words = shlex.split(curl)
    url = next(each for each in words if each.startswith("http"))
    headers = [words[at + 1].split(": ", 1) for at, each in enumerate(words) if each == "-H"]
    return httpx.post(url, headers=dict(headers), content=words[words.index("-d") + 1])
