"""Whose tries are counted where a proxy stands before the server: the proxy's word is taken only where we were told."""

from pathlib import Path

import pytest

from gateway.oauth.registration import FROM_ONE_ADDRESS
from tests.gateway.oauth.scene import registration
from tests.gateway.oauth.test_secrets_stay_secret import served


@pytest.mark.parametrize(
    ("trusted", "expected"), [({"FORWARDED_ALLOW_IPS": "127.0.0.1"}, 201), ({}, 429)], ids=["trusted", "not trusted"]
)
async def test_people_behind_a_trusted_proxy_are_told_apart(
    database_url: str, tmp_path: Path, trusted: dict[str, str], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)

    async with served(database_url, tmp_path / "log", **trusted) as run:

        async def register(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            return (await run.http.post("/oauth/register", json=registration(), headers=headers)).status_code

        answers = [await register("203.0.113.7") for _ in range(FROM_ONE_ADDRESS.times + 1)]
        assert answers == [201] * FROM_ONE_ADDRESS.times + [429]
        assert await register("203.0.113.8") == expected
