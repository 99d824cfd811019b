"""What is said of searches that cannot be read, word for word, and what an unasked one asks."""

from typing import Any

import pytest

from crm.contacts.model import Contact
from crm.kit.errors import Invalid
from crm.kit.page import Search, Searchable, Selection
from crm.pipelines.model import Pipeline

CONTACTS = Searchable(Contact, include=("company", "owner"))
Cases = list[tuple[dict[str, Any], str, str, str]]
"""A body, and the one violation it comes to: its field, code and message."""

SORTS = "name, lead_score, last_contacted_at"


def each(member: str, values: tuple[Any, ...], code: str, message: str) -> Cases:
    """Every value of one member, refused in the same words."""
    return [({member: value}, member, code, f"`{member}` {message}") for value in values]


REFUSED: Cases = [
    *each("limit", (0, 101, -1, 10**30, "25", 25.5, True, [25], {}), "out_of_range", "must be between 1 and 100."),
    *each(
        "order_by",
        ("email", "", "NAME", 7, ["name"], {}, False),
        "unknown_field",
        f"must be one of {', '.join(CONTACTS.sortable)}.",
    ),
    *each("sort_direction", ("up", "", "ASC", 1, ["asc"], {}, False), "choice", "must be one of asc, desc."),
    *each("search_text", (7, ["a"], {}, True, "\0", "\ud800"), "type", "must be a string."),
    *each("search_text", ("a" * 256,), "too_long", "must be at most 255 characters."),
    *each("cursor", (7, ["a"], {}, True), "type", "must be a string."),
    *each("row_cursors", (1, 0, "true", [], {}), "type", "must be true or false."),
    *each("include", ("company", 7, {"company": True}), "type", "must be an array of names."),
    ({"include": ["deals"]}, "include[0]", "choice", "`include[0]` must be one of company, owner."),
    ({"include": ["owner", ["x"]]}, "include[1]", "choice", "`include[1]` must be one of company, owner."),
    *each("nonsense", (None,), "unknown_field", "is not a member of a search."),
    ({"x" * 200: 1}, "x" * 100, "unknown_field", f"`{'x' * 100}` is not a member of a search."),
]


@pytest.mark.parametrize(("raw", "field", "code", "message"), REFUSED)
def test_what_cannot_be_read_is_named(raw: dict[str, Any], field: str, code: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        CONTACTS.read(raw, {})
    assert [(each.field, each.code, each.message) for each in caught.value.violations] == [(field, code, message)]
    assert caught.value.detail == message


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        CONTACTS.read({"limit": 0, "order_by": "x", "filters": 7, "fields": ["nope"], "more": 1}, {})
    assert [each.field for each in caught.value.violations] == ["more", "filters", "order_by", "limit", "fields[0]"]
    assert caught.value.detail == "`more` is not a member of a search. 4 more fields are not valid."


@pytest.mark.parametrize("raw", [{}, dict.fromkeys(CONTACTS.members)])
def test_unasked_a_list_is_25_newest_first(raw: dict[str, Any]) -> None:
    assert (by_and_way(CONTACTS.read(raw, {})), CONTACTS.read(raw, {}).limit) == (("created_at", "desc"), 25)
    assert CONTACTS.read(raw, {}).selection == Selection(None, ())


def by_and_way(search: Search) -> tuple[str, str]:
    return search.order.field.name, search.order.direction


@pytest.mark.parametrize(
    ("record", "raw", "order"),
    [
        (Contact, {"order_by": "name"}, ("name", "desc")),
        (Contact, {"sort_direction": "asc"}, ("created_at", "asc")),
        (Contact, {"order_by": "name", "sort_direction": "asc"}, ("name", "asc")),
        (Pipeline, {}, ("position", "asc")),
        (Pipeline, {"order_by": "position"}, ("position", "desc")),
        (Pipeline, {"sort_direction": "desc"}, ("position", "desc")),
    ],
)
def test_an_order_is_descending_unless_said_otherwise(record: Any, raw: dict[str, Any], order: tuple[str, str]) -> None:
    assert by_and_way(Searchable(record).read(raw, {})) == order


def test_the_id_always_comes_and_nothing_comes_twice() -> None:
    search = CONTACTS.read({"fields": ["name", "name", "email"], "include": ["owner", "owner"]}, {})
    assert search.selection == Selection(("id", "name", "email"), ("owner",))
    assert CONTACTS.read({"fields": []}, {}).selection.fields == ("id",)


@pytest.mark.parametrize(
    ("text", "words"), [("Ada LOVELACE", ("ada", "lovelace")), ("!?", ()), ("", ()), ("Ä ä a", ("a",))]
)
def test_words_are_made_comparable(text: str, words: tuple[str, ...]) -> None:
    assert CONTACTS.read({"search_text": text}, {}).words == words


def test_the_sorts_of_the_contract_are_there() -> None:
    assert set(CONTACTS.sortable) == {"created_at", "updated_at", *SORTS.split(", ")}
