"""What is said of conditions that cannot be read, word for word, and what equal ones are made of."""

from typing import Any

import pytest

from crm.contacts.model import Contact
from crm.kit import fields
from crm.kit.fields import PublicField, fields_of
from crm.kit.filters import CUSTOM, MAX_CONDITIONS, MAX_VALUES, canonical, lookup, read_conditions
from crm.resources import CONTACT, DEAL

TIER = PublicField(f"{CUSTOM}tier", fields.TEXT, True, "Tier", sortable=False, read_only=False)
FIND = lookup(fields_of(Contact), {"tier": TIER})
ID = f"con_{7:024x}"

OPERATORS = "eq, neq, gt, gte, lt, lte, between, in, not_in, contains, not_contains, starts_with, exists, not_exists"
TIMESTAMP = "must be an RFC 3339 timestamp such as 2026-06-17T14:30:00Z"


def asked(field: Any, operator: Any, **values: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, **values}


Cases = list[tuple[Any, str, str, str]]
"""`filters`, and the one violation they come to: its field, code and message."""


def value(field: str, operator: str, given: tuple[Any, ...], message: str) -> Cases:
    """Every value of one field and operator, refused in the same words."""
    at = "filters[0].value"
    return [([asked(field, operator, value=each)], at, "type", f"`{at}` {message}.") for each in given]


def one(member: str, code: str, message: str, *conditions: Any) -> Cases:
    """Every condition refused at the same member, in the same words."""
    at = f"filters[0]{member}"
    return [([each], at, code, f"`{at}` {message}.") for each in conditions]


NO_LISTS: tuple[Any, ...] = ({}, "x", 7, True)
NO_NAMES: tuple[Any, ...] = (None, 7, [], {})
NO_OPERATORS: tuple[Any, ...] = (None, "", "EQ", "like", 7, ["eq"], {})
NAMELESS = ("", "nonsense", "address", "custom_fields", "custom_fields.", "custom_fields.other", "_revision", "a\0")
NO_TIMES = ("yesterday", "2026-06-17", "2026-06-17T14:30:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00")
NO_DAYS = ("2026-02-30", "2026-W23-1", "20260617", "٢٠٢٦-٠٦-١٧")
ORDERED = "eq, neq, gt, gte, lt, lte, between, in, not_in, exists, not_exists"
TAGGED = "contains, not_contains, exists, not_exists"

REFUSED: Cases = [
    *[(raw, "filters", "type", "`filters` must be an array of conditions.") for raw in NO_LISTS],
    ([{}] * 26, "filters", "too_long", "`filters` may hold at most 25 conditions."),
    *one("", "type", "must be an object of field, operator and value", 7, [], None, "name"),
    *one(".more", "unknown_field", "is not a member of a condition", asked("name", "eq", value="x", more=1)),
    # its field and operator
    *one(".field", "type", "must be the name of a field", *(asked(name, "eq", value="x") for name in NO_NAMES)),
    *one(
        ".field",
        "unknown_field",
        "names no field that can be filtered",
        *(asked(name, "eq", value="x") for name in NAMELESS),
    ),
    *one(
        ".operator",
        "unknown_operator",
        f"must be one of {OPERATORS}",
        *(asked("name", operator, value="x") for operator in NO_OPERATORS),
    ),
    *one(
        ".operator",
        "unfit_operator",
        f"`contains` does not fit `lead_score`; these do: {ORDERED}",
        asked("lead_score", "contains", value=1),
    ),
    *one(
        ".operator", "unfit_operator", f"`eq` does not fit `tags`; these do: {TAGGED}", asked("tags", "eq", value="x")
    ),
    # its value
    *value("name", "eq", (None, 7, True, ["x"], {}), "must be a string"),
    *one(".value", "type", "must be a string", asked("name", "eq")),
    *value("name", "eq", ("x" * 1_001,), "must be at most 1,000 characters"),
    *value("name", "eq", ("\0", "\ud800"), "must not hold a NUL character or a lone surrogate"),
    *value("lead_score", "gt", ("7", True, 7.5, None), "must be a whole number"),
    *value("lead_score", "gt", (2**31, -(10**400)), "must be a whole number between -2^31 and 2^31"),
    *value("created_at", "gt", (7, *NO_TIMES), TIMESTAMP),
    *value("date_of_birth", "eq", (7, *NO_DAYS), "must be a date such as 2026-06-17"),
    *value("do_not_contact", "eq", (1, "true", None), "must be true or false"),
    *value("lifecycle_stage", "eq", ("cold", 7, None), "must be one of lead, qualified, customer, other"),
    *value("company_id", "eq", (ID, "cmp_1", 7), "must be an id of a company (cmp_…)"),
    # values that come together
    *one(".values", "unexpected", "has no meaning with `eq`", asked("name", "eq", value="x", values=[])),
    *one(".value", "unexpected", "has no meaning with `exists`", asked("name", "exists", value="x")),
    *one(".values", "type", "must be an array", asked("name", "in"), asked("name", "in", value="x")),
    *one(".values", "out_of_range", "must hold between 1 and 100 values", asked("name", "in", values=[])),
    *one(".value", "out_of_range", "must hold between 1 and 100 values", asked("name", "in", value=["x"] * 101)),
    *one(".values[1]", "type", "must be a string", asked("name", "in", values=["x", 7])),
    *one(".value_to", "type", "must be a whole number", asked("lead_score", "between", value=1)),
    *one(".values", "type", "must hold exactly two values", asked("lead_score", "between", values=[1, 2, 3])),
]


@pytest.mark.parametrize(("raw", "field", "code", "message"), REFUSED)
def test_what_cannot_be_read_is_named(raw: Any, field: str, code: str, message: str) -> None:
    _, wrong = read_conditions(raw, FIND)
    assert [(each.field, each.code, each.message) for each in wrong] == [(field, code, message)]


def test_every_mistake_is_named_at_once() -> None:
    _, wrong = read_conditions(
        [
            asked("nonsense", "like", extra=1),
            asked("name", "eq", value="fine"),
            asked("lead_score", "in", values=["a", "b"]),
        ],
        FIND,
    )
    assert [each.field for each in wrong] == [
        "filters[0].extra",
        "filters[0].field",
        "filters[0].operator",
        "filters[2].values[0]",
        "filters[2].values[1]",
    ]


READ: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    (asked("name", "eq", value="ÁÉ"), ("áé",)),
    (asked("name", "in", values=["b", "A", "B", "a"]), ("a", "b")),
    (asked("name", "in", value=["b", "a"], values=None), ("a", "b")),
    (asked("name", "in", values=["a"] * MAX_VALUES), ("a",)),
    (asked("lead_score", "between", value=2, value_to=1), (2, 1)),
    (asked("lead_score", "between", value=[1, 2], values=None), (1, 2)),
    (asked("lead_score", "between", values=[1, 2]), (1, 2)),
    (asked("name", "exists", value=None, values=None), ()),
    (asked("custom_fields.tier", "eq", value="Gold"), ("gold",)),
    (asked("lifecycle_stage", "eq", value="LEAD"), ("lead",)),
    (asked("id", "eq", value=ID), (ID,)),
]


@pytest.mark.parametrize(("raw", "values"), READ)
def test_what_can_be_read_comes_in_one_spelling(raw: dict[str, Any], values: tuple[Any, ...]) -> None:
    conditions, wrong = read_conditions([raw] * MAX_CONDITIONS, FIND)
    assert wrong == []
    assert {(each.field.name, each.operator, each.values) for each in conditions} == {
        (raw["field"], raw["operator"], values)
    }


def test_no_filters_are_none() -> None:
    assert read_conditions(None, FIND) == ((), [])
    assert read_conditions([], FIND) == ((), [])


def test_conditions_that_ask_the_same_are_the_same() -> None:
    one, _ = read_conditions([asked("name", "eq", value="a"), asked("lead_score", "in", values=[2, 1])], FIND)
    other, _ = read_conditions(
        [asked("lead_score", "in", value=[1, 2, 1]), asked("name", "in", values=["A"]), asked("name", "eq", value="a")],
        FIND,
    )
    assert canonical(one) == canonical(other)


def test_a_resources_id_is_not_anothers() -> None:
    find = lookup(fields_of(Contact), {})
    for resource, wrong in ((CONTACT, 0), (DEAL, 1)):
        _, faults = read_conditions([asked("id", "eq", value=f"{resource.prefix}_{7:024x}")], find)
        assert len(faults) == wrong
