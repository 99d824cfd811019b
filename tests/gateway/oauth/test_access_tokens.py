"""Attacks on access tokens, and how soon a change behind one is heard."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from crm.contracts import NEWEST
from crm.storage.database import counting
from crm.storage.oauth import clients
from crm.users import repository as users
from gateway.oauth.keys import ALGORITHM, rotated
from tests.gateway.oauth.scene import ISSUER, Scene

SECOND = timedelta(seconds=1)


def part(text: str) -> dict[str, Any]:
    """One part of a JWT, read."""
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return read


def written(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def forged(scene: Scene, **claims: Any) -> str:
    """A token signed with our own key that says something else than we would."""
    text = (await scene.tokens())["access_token"]
    key_id, key = await scene.authority.keys.signing()
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": key_id}
    return jwt.encode(header, {**part(text.split(".")[1]), **claims}, key, algorithms=[ALGORITHM])


async def test_a_token_is_what_rfc_9068_wants(scene: Scene) -> None:
    app = await scene.register()
    text = (await scene.tokens(app))["access_token"]
    header, claims, _ = text.split(".")
    assert (part(header)["typ"], part(header)["alg"]) == ("at+jwt", "ES256")
    told = part(claims)
    assert (told["iss"], told["aud"], told["client_id"]) == (ISSUER, ISSUER, app.id)
    assert (told["sub"], told["business_id"]) == (scene.people["ada"].user_id, scene.people["ada"].business_id)
    assert (told["scope"], told["exp"] - told["iat"]) == ("contact.read deal.read", 3_600)
    assert told["jti"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"},
        {"aud": []},
        {"aud": [f"{ISSUER}/v2"]},
        {"iss": "https://other.example"},
        {"exp": 0},
        {"grant_id": "gra_" + "0" * 24},
        {"business_id": "biz_" + "0" * 24},
    ],
)
async def test_a_token_that_is_meant_for_others_is_refused(scene: Scene, claims: dict[str, Any]) -> None:
    response = await scene.me(await forged(scene, **claims))
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/v1", ["https://other.example", f"{ISSUER}/v1"]])
async def test_a_token_that_is_meant_for_us_too_is_good(scene: Scene, audience: Any) -> None:
    assert (await scene.me(await forged(scene, aud=audience))).status_code == 200


async def test_a_token_that_was_tampered_with_is_refused(scene: Scene) -> None:
    text = (await scene.tokens())["access_token"]
    header, claims, signature = text.split(".")
    more = written({**part(claims), "scope": "contact.all"})
    nobodys = ECKey.generate_key("P-256")
    published = OctKey.import_key(json.dumps(await scene.authority.keys.published()).encode())
    bad = {
        "claims changed": f"{header}.{more}.{signature}",
        "no signature": f"{header}.{claims}.",
        "two parts": f"{header}.{claims}",
        "four parts": f"{text}.x",
        "alg none": f"{written({**part(header), 'alg': 'none'})}.{claims}.",
        "alg None": f"{written({**part(header), 'alg': 'None'})}.{claims}.{signature}",
        "another's key": jwt.encode(part(header), part(claims), nobodys, algorithms=[ALGORITHM]),
        "public key as a secret": jwt.encode(
            {**part(header), "alg": "HS256"}, part(claims), published, algorithms=["HS256"]
        ),
        "key of the token's own": jwt.encode(
            {**part(header), "jwk": nobodys.as_dict(private=False)}, part(claims), nobodys, algorithms=[ALGORITHM]
        ),
        "unknown key": jwt.encode({**part(header), "kid": "x"}, part(claims), nobodys, algorithms=[ALGORITHM]),
        "no key named": f"{written({'alg': ALGORITHM, 'typ': 'at+jwt'})}.{claims}.{signature}",
        "header is no object": f"{base64.urlsafe_b64encode(b'[]').decode()}.{claims}.{signature}",
        "padding": f"{header}.{claims}.{signature}==",
        "unused bits": f"{header}.{claims}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}",
    }
    answers = {name: (await scene.me(each)).status_code for name, each in bad.items()}
    assert answers == dict.fromkeys(bad, 401)
    assert (await scene.me(text)).status_code == 200


async def test_another_kind_of_jwt_is_no_access_token(scene: Scene) -> None:
    text = (await scene.tokens())["access_token"]
    key_id, key = await scene.authority.keys.signing()
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": key_id}
    other = jwt.encode(header, part(text.split(".")[1]), key, algorithms=[ALGORITHM])
    assert (await scene.me(other)).status_code == 401


async def test_codes_refresh_tokens_and_sessions_are_no_bearer_tokens(scene: Scene) -> None:
    tokens = await scene.tokens()
    for each in (tokens["refresh_token"], f"pca_{tokens['refresh_token'][4:]}", f"pcs_{tokens['refresh_token'][4:]}"):
        assert (await scene.me(each)).status_code == 401


async def test_a_token_in_the_query_is_none(scene: Scene) -> None:
    text = (await scene.tokens())["access_token"]
    response = await scene.http.get(f"/v1/me?access_token={text}", headers={"Version": NEWEST.name})
    assert response.status_code == 401
    assert "error" not in response.headers["www-authenticate"]


async def test_a_signature_is_checked_without_the_database(scene: Scene) -> None:
    text = (await scene.tokens())["access_token"]
    assert await scene.authority.access_tokens.read(text, scene.time.now) is not None
    async with counting() as statements:
        for _ in range(3):
            assert await scene.authority.access_tokens.read(text, scene.time.now) is not None
            scene.authority.access_tokens._checked.clear()  # noqa: SLF001  as if it had never been seen
    assert statements == []


async def test_unknown_keys_are_not_asked_for_with_every_token(scene: Scene) -> None:
    text = await forged(scene)
    strange = f"{written({'alg': ALGORITHM, 'typ': 'at+jwt', 'kid': 'x'})}.{text.split('.', 1)[1]}"
    scene.time.passes(SECOND)
    async with counting() as statements:
        for _ in range(10):
            assert (await scene.me(strange)).status_code == 401
    assert len(statements) == 1


async def test_a_changed_role_is_heard_within_a_second(scene: Scene) -> None:
    text = (await scene.tokens())["access_token"]
    assert (await scene.me(text)).json()["role"] == "admin"
    ada = next(
        each
        for each in await users.of_email(scene.database, "ada@test.example")
        if each["id"] == scene.people["ada"].user_id
    )
    await users.change(scene.database, ada, {"role": "viewer"}, scene.time.now)
    scene.time.passes(SECOND - timedelta(milliseconds=1))
    assert (await scene.me(text)).json()["role"] == "admin"
    scene.time.passes(timedelta(milliseconds=1))
    assert (await scene.me(text)).json()["role"] == "viewer"


async def test_a_revoked_client_is_heard_of_within_a_second(scene: Scene) -> None:
    app = await scene.register()
    tokens = await scene.tokens(app)
    assert (await scene.me(tokens["access_token"])).status_code == 200
    await clients.revoke(scene.database, app.id, scene.time.now)
    scene.time.passes(SECOND)
    assert (await scene.me(tokens["access_token"])).status_code == 401
    assert (await scene.refresh(app, tokens["refresh_token"])).json()["error"] == "invalid_client"


async def test_after_a_rotation_old_tokens_stay_good_until_they_expire(scene: Scene) -> None:
    app = await scene.register()
    tokens = await scene.tokens(app)
    old = (await scene.authority.keys.signing())[0]
    scene.time.passes(timedelta(minutes=10))
    new = await rotated(scene.database, b"another secret entirely, of 32 characters", scene.time.now)
    scene.time.passes(timedelta(seconds=5))
    assert (await scene.me(tokens["access_token"])).status_code == 200
    assert {each["kid"] for each in await scene.authority.keys.published()} > {old, new}
    later = (await scene.refresh(app, tokens["refresh_token"])).json()
    assert part(later["access_token"].split(".")[0])["kid"] not in (old, new), "a key our secret does not open"
    scene.time.passes(timedelta(minutes=62))
    assert old not in {each["kid"] for each in await scene.authority.keys.published()}
    assert (await scene.me(tokens["access_token"])).status_code == 401
