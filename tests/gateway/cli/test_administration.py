"""An operator makes tenants, users, roles, fields and tokens from the command line, and is told what is wrong."""

from collections.abc import Callable

import pytest

from crm.storage import tokens

Done = Callable[..., str]
Refused = Callable[..., str]


@pytest.fixture
def business(done: Done) -> str:
    return done("business", "create", "--name", "Northwind", "--currency", "eur")


def ada(done: Done) -> str:
    return done("user", "create", "--email", "ada@x.example", "--name", "Ada", "--role", "rep", "--team", "North")


def table(text: str) -> list[dict[str, str]]:
    head, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_business_is_made(done: Done, business: str) -> None:
    [row] = table(done("business", "list"))
    assert (row["id"], row["name"], row["currency"]) == (business, "Northwind", "EUR")
    assert [each["name"] for each in table(done("role", "list"))] == ["admin", "manager", "rep", "viewer"]


def test_a_user_is_made_and_changed(done: Done, business: str) -> None:
    user_id = ada(done)
    done("user", "set-role", "--email", "ADA@x.example", "--role", "manager")
    done("user", "set-team", "--email", "ada@x.example")
    assert table(done("user", "list")) == [
        {"id": user_id, "email": "ada@x.example", "name": "Ada", "role": "manager", "team": "-"}
    ]


def test_a_password_is_asked_for_and_never_shown(done: Done, business: str) -> None:
    ada(done)
    printed = done("user", "set-password", "--email", "ada@x.example", typed="correct horse\ncorrect horse\n")
    assert "correct" not in printed
    done("user", "set-password", "--email", "ada@x.example", "--password", "correct horse")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "create", "--email", "x", "--name", "X", "--role", "rep"), "x is not an e-mail address."),
        (
            ("user", "create", "--email", "b@x", "--name", " ", "--role", "rep"),
            "A user's name has 1 to 255 characters.",
        ),
        (
            ("user", "create", "--email", "b@x", "--name", "B", "--role", "king"),
            "There is a user b@x already, or no role king.",
        ),
        (
            ("user", "create", "--email", "ada@x.example", "--name", "B", "--role", "rep"),
            "There is a user ada@x.example already, or no role rep.",
        ),
        (("user", "set-role", "--email", "ada@x.example", "--role", "king"), "There is no role king."),
        (("user", "set-role", "--email", "bob@x.example", "--role", "rep"), "There is no user bob@x.example."),
        (
            ("user", "set-password", "--email", "ada@x.example", "--password", "short"),
            "A password has at least 8 characters.",
        ),
        (("business", "create", "--name", " "), "A business's name has 1 to 255 characters."),
        (("business", "create", "--name", "A", "--currency", "€"), "A currency is three letters, such as USD."),
        (("role", "show", "king"), "There is no role king."),
        (("token", "revoke", "pat_none"), "There is no token pat_none that is not revoked already."),
        (
            ("token", "create", "--email", "ada@x.example", "--scope", "contact.read", "--expires", "2020-01-01"),
            "2020-01-01 has passed already.",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    done: Done, refused: Refused, business: str, arguments: tuple[str, ...], sentence: str
) -> None:
    ada(done)
    assert refused(*arguments) == sentence


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("token", "create", "--email", "ada@x.example", "--scope", "contact.fly"), "No such scope: contact.fly."),
        (("token", "create", "--email", "ada@x.example", "--scope", ","), "No such scope: (none)."),
        (
            ("token", "create", "--email", "ada@x.example", "--scope", "deal.all", "--expires", "soon"),
            "soon is no time a token could expire at",
        ),
        (("role", "set", "rep", "contact.read=some"), "contact.read=some is no permission"),
        (("role", "set", "rep", "contact"), "contact is no permission"),
        (("user", "list", "--business", "Elsewhere"), "There is no such business"),
        (
            ("field", "create", "--resource", "contact", "--slug", "Tier", "--type", "string", "--label", "T"),
            "Tier is no slug",
        ),
    ],
)
def test_a_refusal_says_what_would_do(
    done: Done, refused: Refused, business: str, arguments: tuple[str, ...], part: str
) -> None:
    ada(done)
    assert part in refused(*arguments)


def test_a_token_is_printed_alone_and_is_its_users(done: Done, business: str) -> None:
    ada(done)
    text = done(
        "token", "create", "--email", "ada@x.example", "--scope", "contact.read,deal.all", "--scope", "note.read",
        "--name", "cron", "--expires", "30d",
    )  # fmt: skip
    credential = tokens.parse(text)
    assert credential is not None
    assert credential.business_id == business
    [row] = table(done("token", "list"))
    assert (row["user"], row["name"]) == ("ada@x.example", "cron")
    assert (row["scopes"], row["revoked_at"]) == ("contact.read deal.all note.read", "-")
    assert text not in done("token", "list")


@pytest.mark.parametrize("expires", ["12h", "30d", "2099-01-31", "2099-01-31T12:00:00Z", "2099-01-31t12:00:00+02:00"])
def test_a_token_expires_when_it_is_told_to(done: Done, business: str, expires: str) -> None:
    ada(done)
    done("token", "create", "--email", "ada@x.example", "--scope", "contact.read", "--expires", expires)
    [row] = table(done("token", "list"))
    meant = {
        "2099-01-31": "2099-02-01 00:00:00+00:00",
        "2099-01-31T12:00:00Z": "2099-01-31 12:00:00+00:00",
        "2099-01-31t12:00:00+02:00": "2099-01-31 10:00:00+00:00",
    }
    assert row["expires_at"] > row["created_at"]
    assert row["expires_at"] == meant.get(expires, row["expires_at"])


def test_a_token_is_revoked(done: Done, refused: Refused, business: str) -> None:
    ada(done)
    done("token", "create", "--email", "ada@x.example", "--scope", "contact.read")
    [row] = table(done("token", "list"))
    done("token", "revoke", row["id"])
    assert table(done("token", "list"))[0]["revoked_at"] != "-"
    assert "revoked already" in refused("token", "revoke", row["id"])


def test_a_role_is_made_changed_and_shown(done: Done, business: str) -> None:
    done("role", "set", "closer", "deal.read=all", "deal.write=team")
    done("role", "set", "closer", "deal.write=own")
    shown = {
        row["resource"]: (row["read"], row["write"], row["delete"]) for row in table(done("role", "show", "closer"))
    }
    assert shown["deal"] == ("all", "own", "none")
    assert shown["contact"] == ("none", "none", "none")


def test_a_custom_field_is_defined(done: Done, refused: Refused, business: str) -> None:
    field = ("field", "create", "--resource", "contact", "--slug", "tier", "--type", "string", "--label", "Tier")
    done(*field)
    assert table(done("field", "list")) == [{"resource": "contact", "slug": "tier", "type": "string", "label": "Tier"}]
    assert refused(*field) == "There is a custom field tier of contact already."


def test_the_tenant_must_be_named_where_there_are_several(done: Done, refused: Refused, business: str) -> None:
    other = done("business", "create", "--name", "Other")
    for one in (business, other):
        done("user", "create", "--email", "ada@x.example", "--name", "Ada", "--role", "rep", "--business", one)
    assert business in refused("user", "list")
    assert "say which with --business" in refused("user", "set-role", "--email", "ada@x.example", "--role", "admin")
    done("user", "set-role", "--email", "ada@x.example", "--role", "admin", "--business", "Other")
    assert [row["role"] for row in table(done("user", "list", "--business", business))] == ["rep"]
    assert [row["role"] for row in table(done("user", "list", "--business", other))] == ["admin"]


def test_without_a_business_there_is_nothing_to_administer(refused: Refused) -> None:
    assert refused("user", "list") == "There is no business yet. Make one with `crm-gateway business create`."
