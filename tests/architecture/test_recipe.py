"""The recipe for a resource, followed to the letter in a copy of the tree: the throw-away resource comes up on both
doors, in the OpenAPI document and in the parity table, and the tests that are made from the registries pass on it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm.storage.opening import head
from tests.architecture.modules import PACKAGES, ROOT
from tests.architecture.recipe import blocks, numbered

SECONDS = 300
COPIED = (*PACKAGES, "tests", "docs", "pyproject.toml", "Makefile")

TESTS = (
    "tests/architecture",
    "tests/crm/storage/test_migrations.py",
    "tests/rest_adapter/test_openapi.py",
    "tests/parity/test_edges.py",
    "tests/parity/test_every_operation.py",
)
"""Those that know resources from the registries alone. Not this one: it would never end."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the recipe followed and the documents written anew."""
    copy = tmp_path_factory.mktemp("recipe") / "project"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", ".*", "recipe.py", "test_recipe.py")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy / name)
    newest = head()
    assert newest is not None
    for block in numbered(blocks(), newest):
        block.apply(copy)
    for path, command in (
        ("schema/schema.graphql", "from gateway.cli import main; main()|schema"),
        ("rest_adapter/openapi.json", "from gateway.cli import main; main()|openapi"),
        ("docs/parity.md", "from tests.parity.table import table; print(table(), end='')|"),
    ):
        code, _, argument = command.partition("|")
        (copy / path).write_text(_run(copy, "-c", code, *([argument] if argument else [])))
    return copy


def _run(copy: Path, *arguments: str) -> str:
    """What Python says in the copy. Fails the test with it where it goes wrong."""
    told = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-15_000:] + told.stderr[-5_000:]
    return told.stdout


@pytest.mark.timeout(2 * SECONDS)
def test_the_new_resource_passes_what_is_made_from_the_registries(tree: Path) -> None:
    said = _run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgresql", *TESTS)
    assert " passed" in said


def test_it_is_in_every_document(tree: Path) -> None:
    assert (
        "`tickets.close` | `POST /v1/tickets/{id}/close` | `mutation closeTicket`"
        in (tree / "docs/parity.md").read_text()
    )
    assert '"/tickets/{id}/close"' in (tree / "rest_adapter/openapi.json").read_text()
    assert "type Ticket implements Node" in (tree / "schema/schema.graphql").read_text()


@pytest.mark.timeout(SECONDS)
def test_its_code_is_as_the_house_wants_it(tree: Path) -> None:
    made = [block.path for block in blocks() if block.kind == "python" and "migrations" not in block.path]
    _run(tree, "-m", "ruff", "check", *made)
    _run(tree, "-m", "mypy", "--cache-dir", str(tree.parent / "mypy"), "-p", "crm.tickets")
