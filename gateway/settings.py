"""The settings of an installation: environment variables `GATEWAY_…`, each checked when the process starts."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from crm.kit.budget import Rate
from crm.kit.problems import DEFAULT_BASE
from crm.storage.opening import sqlite_path

PREFIX = "GATEWAY_"
MIN_SECRET = 32
MAX_WINDOW_SECONDS = 86_400

_RATE = re.compile(r"([0-9]{1,9})/([0-9]{1,5})s")
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+", re.ASCII)
_HTTP = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?", re.ASCII)
_REDIS = re.compile(r"(rediss?|unix)://\S+", re.ASCII)


def _database(url: str) -> str:
    sqlite_path(url)
    return url


def _address(url: str) -> str:
    if not _HTTP.fullmatch(url):
        raise ValueError("must be an http:// or https:// address without a query")
    return url.rstrip("/")


def _redis(url: str) -> str:
    if not _REDIS.fullmatch(url):
        raise ValueError("must be redis://host:port/number, rediss://… or unix://…")
    return url


def _rate(text: object) -> object:
    if not isinstance(text, str):
        return text
    match = _RATE.fullmatch(text)
    rate = Rate(int(match[1]), int(match[2])) if match else Rate(0, 0)
    if rate.points < 1 or not 1 <= rate.seconds <= MAX_WINDOW_SECONDS:
        raise ValueError("must be <points>/<seconds>s, such as 1000/60s")
    return rate


def _origins(text: object) -> object:
    if not isinstance(text, str):
        return text
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    for each in origins:
        if each != "*" and not _ORIGIN.fullmatch(each):
            raise ValueError(f"{each} is no origin; write https://app.example.com, several with commas between")
    return origins


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


HttpAddress = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What an installation may be told. Every field is the environment variable `GATEWAY_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///.data/crm.db", repr=False, description="sqlite:///path or postgresql://…"
    )
    redis_url: Annotated[str, AfterValidator(_redis)] | None = Field(
        default=None, repr=False, description="Where processes share their rate budgets; none: each keeps its own."
    )
    upstream_url: HttpAddress | None = Field(
        default=None, description="A /v1 API to stand before, instead of a database."
    )
    public_url: HttpAddress = Field(
        default="http://127.0.0.1:8000", description="The address clients know this API by."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        default=(), description="Origins of browser applications that may call the API, with commas between."
    )
    rate_limit: Annotated[Rate, NoDecode, BeforeValidator(_rate)] = Field(
        default=Rate(1000, 60), description="Points for each token, as <points>/<seconds>s."
    )
    max_points: int = Field(
        default=200,
        ge=1,
        validate_default=True,
        description="What one GraphQL document may cost; never more than the budget.",
    )
    query_seconds: float = Field(default=10.0, gt=0, le=60, description="How long one GraphQL document may run.")
    executor: Literal["compiled", "reference"] = Field(default="compiled", description="What runs GraphQL documents.")
    documents: Literal["any", "log", "trusted"] = Field(
        default="any", description="Which GraphQL documents are let in."
    )
    documents_folder: Path | None = Field(
        default=None, description="Where trusted GraphQL documents lie: *.graphql, each known by its SHA-256."
    )
    suggestions: bool = Field(default=True, description='Whether GraphQL errors say "did you mean".')
    introspection: bool = Field(default=True, description="Whether GraphQL documents may ask about the schema.")
    problem_base: HttpAddress = Field(default=DEFAULT_BASE, description="The address under which problem types live.")
    secret_key: str | None = Field(
        default=None,
        min_length=MIN_SECRET,
        repr=False,
        description="What cursors are signed with; none: the database's own.",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="The least that is logged."
    )

    @field_validator("max_points")
    @classmethod
    def _points_within_the_budget(cls, points: int, info: ValidationInfo) -> int:
        """A document that costs more than the whole budget could never run."""
        rate = info.data.get("rate_limit")
        return min(points, rate.points) if rate else points


class BadSettings(Exception):
    """Settings that cannot be used; `faults` says of each variable what is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load() -> Settings:
    """The settings the environment says. Raises BadSettings."""
    try:
        return Settings()
    except ValidationError as fault:
        raise BadSettings([_told(error["loc"], error["msg"]) for error in fault.errors()]) from None


def unknown() -> list[str]:
    """Variables that look like settings and are none: misspelt, most likely."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)


def _told(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]) if location else ""
    return f"{PREFIX}{name.upper()}: {message.removeprefix('Value error, ')}"
