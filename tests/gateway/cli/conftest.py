"""A command line over a database of the test's own."""

import os
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.commands import app
from tests.fixtures.postgres import apart

Command = Callable[..., Result]


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `crm-gateway` with these arguments, with no settings but its defaults."""
    for name in os.environ:
        if name.startswith("GATEWAY_"):
            monkeypatch.delenv(name)

    def run(*arguments: str, typed: str | None = None) -> Result:
        return apart(lambda: CliRunner().invoke(app, arguments, input=typed, catch_exceptions=False))

    return run


@pytest.fixture
def done(crm: Command, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run `crm-gateway` over an empty, migrated database; it must succeed. What it printed."""
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database_url)

    def run(*arguments: str, typed: str | None = None) -> str:
        result = crm(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout.rstrip("\n")

    return run


@pytest.fixture
def refused(crm: Command, done: Callable[..., str]) -> Callable[..., str]:
    """The same where it must fail with a sentence, and print nothing else. The sentence."""

    def run(*arguments: str) -> str:
        result = crm(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr.strip()

    return run
