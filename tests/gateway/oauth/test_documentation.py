"""docs/authentication.md does what it says: every example is run as it stands, against the demonstration."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from crm.storage.database import Database
from gateway.demo.cast import PASSWORD
from gateway.demo.seeding import seed
from tests.architecture.modules import ROOT
from tests.gateway.oauth.live import serving
from tests.gateway.oauth.player import play

DOCUMENT = (ROOT / "docs" / "authentication.md").read_text()
SECONDS = 60
TOOLS = ("bash", "curl", "openssl")
REP = "rep@demo.example"
ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+/oauth/authorize\S+")


def examples(language: str) -> list[str]:
    """The document's examples in one language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, flags=re.MULTILINE | re.DOTALL)


@pytest_asyncio.fixture
async def environment(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """What the reader's shell has: the demonstration running, and the command line on its path."""
    await seed(database, 10)
    command = tmp_path / "crm-gateway"
    command.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from gateway.cli import main; main()' \"$@\"\n")
    command.chmod(0o755)
    async with serving(database) as address:
        yield {
            **os.environ,
            "CRM": address,
            "GATEWAY_DATABASE_URL": database_url,
            "PATH": f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "BROWSER": f"{sys.executable} -m tests.gateway.oauth.player %s {REP} {PASSWORD} &",
        }


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"the examples need {', '.join(TOOLS)}")
async def test_the_shells_examples(environment: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "examples.sh"
    script.write_text("\n".join(examples("sh")))
    shell = await asyncio.create_subprocess_exec(
        *("bash", "-eu", "-o", "pipefail", str(script)),
        cwd=tmp_path,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert shell.stdin is not None
    assert shell.stdout is not None
    before = ""
    async with asyncio.timeout(SECONDS):
        while (address := ADDRESS.search(before)) is None:
            line = await shell.stdout.readline()
            assert line, before + (await shell.communicate())[1].decode()
            before += line.decode()
        left = await play(address[0], REP, PASSWORD)
        answer = parse_qs(urlsplit(left).query)
        assert answer["iss"] == [environment["CRM"]]
        shell.stdin.write(f"{answer['code'][0]}\n".encode())
        after, errors = await shell.communicate()
    assert shell.returncode == 0, errors.decode()
    assert left.startswith("http://127.0.0.1:8765/callback?")
    me, contacts = _objects(before)
    assert (me["user"]["email"], me["scopes"]) == (REP, ["contact.read", "deal.read"])
    assert contacts["data"]["contacts"]["nodes"]
    assert [each["user"]["email"] for each in _objects(after.decode()) if "user" in each] == [
        *(REP, "viewer@demo.example")
    ]
    assert after.decode().strip().endswith("True")


async def test_the_python_example(environment: dict[str, str], tmp_path: Path) -> None:
    [example] = examples("python")
    script = tmp_path / "example.py"
    script.write_text(example)
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SECONDS):
        printed, errors = await running.communicate()
    assert running.returncode == 0, errors.decode()
    me, status = printed.decode().splitlines()
    assert REP in me
    assert status == "200"


def _objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects in what was printed one after another."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (start := text.find("{", at)) >= 0:
        value, at = decoder.raw_decode(text, start)
        found.append(value)
    return found
