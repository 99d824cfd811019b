"""An operator makes and revokes OAuth clients, and rotates the signing keys, from the command line."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from crm.storage.oauth import clients, grants, keys
from crm.storage.opaque import hashed
from crm.storage.opening import open_database
from tests.fixtures.postgres import apart

Done = Callable[..., str]
Refused = Callable[..., str]


def table(text: str) -> list[dict[str, str]]:
    head, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def kept(url: str, read: Callable[..., Any], *arguments: str) -> Any:
    """What the database holds."""

    async def work() -> Any:
        database = await open_database(url)
        try:
            return await read(database, *arguments)
        finally:
            await database.close()

    return apart(lambda: asyncio.run(work()))


@pytest.fixture
def business(done: Done) -> str:
    made = done("business", "create", "--name", "Northwind")
    done("user", "create", "--email", "ada@x.example", "--name", "Ada", "--role", "rep")
    return made


def test_a_public_client_has_no_secret_and_serves_every_tenant(done: Done, database_url: str) -> None:
    client_id = done("client", "create", "--name", "Ledger", "--redirect-uri", "http://127.0.0.1/cb")
    client = kept(database_url, clients.find, client_id)
    assert (client.secret_hash, client.business_id, client.self_registered) == (None, None, False)
    assert client.grant_types == ("authorization_code", "refresh_token")
    row, own = table(done("client", "list"))
    assert (row["id"], row["kind"], row["redirect_uris"]) == (client_id, "public", "http://127.0.0.1/cb")
    assert (own["id"], own["name"], own["redirect_uris"]) == (clients.REFERENCE, "API reference", "/docs")


def test_a_confidential_clients_secret_is_printed_once_and_kept_as_a_hash(done: Done, database_url: str) -> None:
    client_id, secret = done("client", "create", "--name", "Ledger", "--confidential").splitlines()
    assert kept(database_url, clients.find, client_id).secret_hash == hashed(secret)
    assert secret not in done("client", "list")


def test_a_client_is_bound_to_the_user_it_acts_as(done: Done, business: str, database_url: str) -> None:
    printed = done("client", "create", "--name", "Sync", "--email", "ada@x.example", "--scope", "contact.all,deal.read")
    client_id, _ = printed.splitlines()
    assert kept(database_url, clients.find, client_id).business_id == business
    assert kept(database_url, grants.standing, business, client_id)["scopes"] == ["contact.all", "deal.read"]


def test_a_client_is_revoked_once(done: Done, refused: Refused, database_url: str) -> None:
    client_id = done("client", "create", "--name", "Ledger", "--confidential").splitlines()[0]
    done("client", "revoke", client_id)
    assert kept(database_url, clients.find, client_id).revoked_at is not None
    assert refused("client", "revoke", client_id) == f"There is no client {client_id} that is not revoked already."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--name", " ", "--confidential"), "A client's name has 1 to 100 characters."),
        (("--name", "X"), "Give the client a --redirect-uri, an --email to act as, or make it --confidential."),
        (("--name", "X", "--email", "a@b"), "Say with --scope what the client may do by itself."),
        (("--name", "X", "--email", "a@b", "--scope", "contact.read"), "There is no user a@b."),
        (
            ("--name", "X", "--redirect-uri", "https://a.example/#x"),
            "https://a.example/#x must be a plain URI: no wildcard, no fragment, no space.",
        ),
    ],
)
def test_what_is_no_client_is_refused(refused: Refused, arguments: tuple[str, ...], sentence: str) -> None:
    assert refused("client", "create", *arguments) == sentence


def test_keys_rotate_and_are_forgotten(done: Done, refused: Refused, database_url: str) -> None:
    first, second = done("keys", "rotate"), done("keys", "rotate")
    rows = table(done("keys", "list"))
    assert {row["id"]: row["retired_at"] == "-" for row in rows} == {first: False, second: True}
    done("keys", "forget", first)
    assert [each.id for each in kept(database_url, keys.all_keys)] == [second]
    assert refused("keys", "forget", first) == f"There is no key {first}."
