"""The audit of the GraphQL-over-HTTP specification that the npm package graphql-http holds, against a running server.

It is installed into a temporary folder. Where there is no node, npm or registry it is skipped; in CI it must run.
"""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fixtures.serving import served
from tests.fixtures.world import World

PACKAGES = ("graphql-http@1.22.4", "graphql@16.11.0")
AUDIT = Path(__file__).with_name("audit.mjs")
AUDITS = 60


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the audit in it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return missing("the audit needs node and npm")
    folder = tmp_path_factory.mktemp("audit")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    return folder if done.returncode == 0 else missing(f"npm could not install the audit: {done.stderr[-500:]}")


def missing(reason: str) -> Path:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with served(world.app) as port:
        yield f"http://127.0.0.1:{port}/graphql"


async def test_every_audit_passes(installed: Path, address: str, world: World) -> None:
    process = await asyncio.create_subprocess_exec(
        "node", str(AUDIT), str(installed), address, world.tokens["admin"], stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        told, _ = await process.communicate()
    results = [json.loads(line) for line in told.decode().splitlines()]
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == AUDITS
