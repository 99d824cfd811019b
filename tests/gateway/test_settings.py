"""Settings come from the environment; a bad one is named, with what it should have been, and never shown."""

import os

import pytest

from crm.kit.budget import Rate
from gateway import settings
from gateway.settings import BadSettings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("GATEWAY_"):
            monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    default = settings.load()
    assert default.database_url == "sqlite:///.data/crm.db"
    assert (default.rate_limit, default.max_points) == (Rate(1000, 60), 200)
    assert (default.redis_url, default.upstream_url, default.secret_key, default.cors_origins) == (None, None, None, ())


@pytest.mark.parametrize(
    ("name", "value", "field", "meaning"),
    [
        ("DATABASE_URL", "postgresql://u:p@h:5432/n?sslmode=require", "database_url", None),
        ("DATABASE_URL", "sqlite:////var/data/crm.db", "database_url", None),
        ("REDIS_URL", "redis://127.0.0.1:6379/0", "redis_url", None),
        ("REDIS_URL", "", "redis_url", ""),
        ("PUBLIC_URL", "https://api.example.com/", "public_url", "https://api.example.com"),
        ("CORS_ORIGINS", "https://a.example, http://localhost:3000", "cors_origins", None),
        ("RATE_LIMIT", "50/10s", "rate_limit", Rate(50, 10)),
        ("LOG_LEVEL", "WARNING", "log_level", "warning"),
        ("SECRET_KEY", "x" * 32, "secret_key", None),
    ],
)
def test_a_variable_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, meaning: object
) -> None:
    monkeypatch.setenv(f"GATEWAY_{name}", value)
    read = getattr(settings.load(), field)
    if name == "CORS_ORIGINS":
        assert read == ("https://a.example", "http://localhost:3000")
    else:
        assert read == (value if meaning is None else meaning or None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@h/n"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "crm.db"),
        ("REDIS_URL", "hunter2"),
        ("PUBLIC_URL", "api.example.com"),
        ("PUBLIC_URL", "https://user:hunter2@example.com"),
        ("UPSTREAM_URL", "ftp://x"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("CORS_ORIGINS", "https://A.example"),
        ("RATE_LIMIT", "1000"),
        ("RATE_LIMIT", "0/60s"),
        ("RATE_LIMIT", "10/0s"),
        ("RATE_LIMIT", "10/60m"),
        ("MAX_POINTS", "0"),
        ("MAX_POINTS", "many"),
        ("EXECUTOR", "fast"),
        ("DOCUMENTS", "some"),
        ("SECRET_KEY", "hunter2"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GATEWAY_{name}", value)
    with pytest.raises(BadSettings) as refused:
        settings.load()
    [fault] = refused.value.faults
    assert fault.startswith(f"GATEWAY_{name}: ")
    assert "hunter2" not in fault


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", "x")
    monkeypatch.setenv("GATEWAY_LOG_LEVEL", "x")
    with pytest.raises(BadSettings) as refused:
        settings.load()
    assert len(refused.value.faults) == 2


def test_a_document_never_costs_more_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", "50/60s")
    assert settings.load().max_points == 50


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_SECRET_KEY", "hunter2" * 8)
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://u:hunter2@h/n")
    assert "hunter2" not in repr(settings.load())


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABSE_URL", "x")
    monkeypatch.setenv("GATEWAY_LOG_LEVEL", "info")
    assert settings.unknown() == ["GATEWAY_DATABSE_URL"]
