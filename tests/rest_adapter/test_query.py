"""A query string gives what JSON would have given; what it may not say is named."""

import pytest

from crm.contacts import service as contacts
from crm.kit.errors import Malformed
from crm.pipelines import service as pipelines
from crm.users import service as users
from rest_adapter.query import accepted, read_query

EVERY = accepted(pipelines.SEARCH)


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (b"", {}),
        (b"include=company,owner", {"include": ["company", "owner"]}),
        (b"fields=name,%20email", {"fields": ["name", "email"]}),
        (b"fields=", {"fields": []}),
        (b"include=a,,b", {"include": ["a", "", "b"]}),
        (b"limit=25", {"limit": 25}),
        (b"limit=ten", {"limit": "ten"}),
        (b"limit=%C2%B2", {"limit": "²"}),
        (b"limit=-1", {"limit": "-1"}),
        (b"limit=99999999999999999999", {"limit": "99999999999999999999"}),
        (b"search_text=a+b%20c%26", {"search_text": "a b c&"}),
        (b"search_text=%00", {"search_text": "\x00"}),
        (
            b"cursor=abc&order_by=name&sort_direction=asc",
            {"cursor": "abc", "order_by": "name", "sort_direction": "asc"},
        ),
    ],
)
def test_values_take_the_form_json_would_give_them(raw: bytes, values: dict[str, object]) -> None:
    assert read_query(raw, EVERY) == (values, [])


def test_unknown_and_repeated_parameters_are_each_named() -> None:
    values, wrong = read_query(b"access_token=pct_secret&limit=1&limit=2&filters=[]", EVERY)
    assert values == {"limit": 1}
    assert [(each.field, each.code) for each in wrong] == [
        ("access_token", "unknown_parameter"),
        ("limit", "repeated"),
        ("filters", "unknown_parameter"),
    ]
    assert not any("pct_secret" in each.message for each in wrong)


def test_a_long_name_is_cut() -> None:
    _, wrong = read_query(b"x" * 5_000, EVERY)
    assert wrong[0].field == "x" * 100


@pytest.mark.parametrize("raw", [b"a=%ff", b"a=\xff", b"&".join(b"a%d=1" % n for n in range(51))])
def test_what_is_no_text_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_query(raw, EVERY)


def test_an_operation_has_the_parameters_its_input_has() -> None:
    assert accepted(contacts.READ) == ("include", "fields")
    assert set(accepted(users.SEARCH)) == {
        *("include", "fields", "limit", "cursor", "order_by", "sort_direction", "search_text"),
    }
