"""Whatever a client sends is answered with a clear 4xx problem, or with what it asked for: never with a 500."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.world import ADA, SALES, VERSION, World

SEARCH = "/v1/contacts/search"
JSON = {"Content-Type": "application/json"}
MEMBERS = (
    "filters", "search_text", "order_by", "sort_direction", "limit", "cursor", "row_cursors", "include", "fields",
)  # fmt: skip
WRONG: dict[str, tuple[Any, ...]] = {
    "filters": (1, "x", {}, True, [1], [None], ["x"], [[]], [{}], [{"field": "email"}], [{"field": None}]),
    "search_text": (1, [], {}, True, "x" * 256),
    "order_by": (1, [], {}, True, "", "password", "custom_fields.tier", "_revision", "created_at;--", "CREATED_AT"),
    "sort_direction": (1, [], {}, True, "", "up", "ASC"),
    "limit": (0, 101, -1, 1.5, "25", True, [], {}, 10**300),
    "cursor": (1, [], {}, True, "", "x", "=", "a" * 10_000, "é", "AAAA"),
    "row_cursors": (1, 0, "true", [], {}),
    "include": (1, "company", {}, True, ["deals"], [1], [None], [[]], [{}], ["company", ""]),
    "fields": (1, "name", {}, True, ["password"], [1], [None], [{}], ["custom_fields.tier"]),
}


async def raw(world: World, body: bytes, who: str = "admin", path: str = SEARCH) -> Any:
    return await world.ask(who, "POST", path, content=body, headers=JSON)


@pytest.mark.parametrize(("member", "value"), [(name, value) for name in MEMBERS for value in WRONG[name]])
async def test_a_wrong_type_in_a_member_is_422_at_that_member(world: World, member: str, value: Any) -> None:
    refused = await world.ask("admin", "POST", SEARCH, {member: value})
    assert refused.status_code == 422, refused.text
    errors = refused.json()["errors"]
    assert errors
    assert all(each["field"].partition("[")[0].partition(".")[0] == member for each in errors)
    assert all(each["code"] and each["message"].endswith(".") for each in errors)


async def test_every_member_that_is_wrong_is_told_at_once(world: World) -> None:
    body = {**{name: wrong[0] for name, wrong in WRONG.items()}, "surprise": 1}
    fields = [each["field"] for each in (await world.ask("admin", "POST", SEARCH, body)).json()["errors"]]
    assert sorted(fields) == sorted([*MEMBERS, "surprise"])


@pytest.mark.parametrize(
    ("condition", "at"),
    [
        ({"field": "password", "operator": "eq", "value": 1}, "field"),
        ({"field": "email", "operator": "like", "value": "x"}, "operator"),
        ({"field": "email", "operator": ["eq"], "value": "x"}, "operator"),
        ({"field": "lead_score", "operator": "contains", "value": 1}, "operator"),
        ({"field": "lead_score", "operator": "eq", "value": "1"}, "value"),
        ({"field": "lead_score", "operator": "eq", "value": 10**30}, "value"),
        ({"field": "lead_score", "operator": "eq"}, "value"),
        ({"field": "email", "operator": "eq", "value": None}, "value"),
        ({"field": "company_id", "operator": "eq", "value": ADA}, "value"),
        ({"field": "created_at", "operator": "gt", "value": "yesterday"}, "value"),
        ({"field": "created_at", "operator": "gt", "value": "2026-02-30T00:00:00Z"}, "value"),
        ({"field": "created_at", "operator": "gt", "value": "0001-01-01T00:00:00+23:59"}, "value"),
        ({"field": "lifecycle_stage", "operator": "eq", "value": "friend"}, "value"),
        ({"field": "do_not_contact", "operator": "eq", "value": "true"}, "value"),
        ({"field": "lead_score", "operator": "between", "value": 1}, "value_to"),
        ({"field": "lead_score", "operator": "in", "values": []}, "values"),
        ({"field": "lead_score", "operator": "in", "values": list(range(101))}, "values"),
        ({"field": "lead_score", "operator": "in", "values": [1, "2"]}, "values[1]"),
        ({"field": "email", "operator": "exists", "value": "x"}, "value"),
        ({"field": "email", "operator": "eq", "value": "x", "or": []}, "or"),
        ({"field": "custom_fields.nope", "operator": "eq", "value": "x"}, "field"),
        ({"field": "custom_fields.", "operator": "eq", "value": "x"}, "field"),
        ({"field": "custom_fields.score", "operator": "eq", "value": "x"}, "value"),
        ({"field": "address", "operator": "exists"}, "field"),
    ],
)
async def test_a_wrong_condition_is_told_where_it_is_wrong(world: World, condition: dict[str, Any], at: str) -> None:
    body = {"filters": [{"field": "email", "operator": "exists"}, condition]}
    refused = await world.ask("admin", "POST", SEARCH, body)
    assert refused.status_code == 422, refused.text
    assert f"filters[1].{at}" in [each["field"] for each in refused.json()["errors"]]


async def test_twenty_five_conditions_are_fine_and_one_more_is_not(world: World) -> None:
    condition = {"field": "email", "operator": "exists"}
    assert (await world.ask("admin", "POST", SEARCH, {"filters": [condition] * 25})).status_code == 200
    refused = await world.ask("admin", "POST", SEARCH, {"filters": [condition] * 26})
    assert refused.json()["errors"][0]["field"] == "filters"


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"nonsense", b"null", b"123", b"[]", b'"x"', b"true", b'{"limit":1}{}', b"{'limit': 1}", b"{limit: 1}"),
        *(b"\xff\xfe", '{"search_text":"x"}'.encode("utf-16"), b'{"search_text":"\xed\xa0\x80"}', b"\x00"),
        *(b'{"limit":NaN}', b'{"limit":Infinity}', b'{"limit":1e999}', b'{"limit":' + b"9" * 5_000 + b"}"),
        *(b'{"limit":1,"limit":1}', b'{"filters":[{"field":"email","field":"id"}]}'),
        *(b'{"search_text":"\\u0000"}', b'{"search_text":"\\ud800"}', b'{"\\ud800":1}', b'{"cursor":"\\udc00\\ud800"}'),
        *(b'{"filters":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' * 100 + b"1" + b"}" * 100),
        *(b'{"limit":01}', b'{"limit":+1}', b'{"limit":.5}', b'{"search_text":"a\nb"}', b'{"limit":1,}'),
    ],
)
async def test_what_is_no_json_object_is_400(world: World, body: bytes) -> None:
    refused = await raw(world, body)
    assert refused.status_code == 400, refused.text
    assert refused.json()["type"].endswith("/bad-request")


async def test_ten_megabytes_are_413_and_the_connection_ends(world: World) -> None:
    refused = await raw(world, b'{"search_text":"' + b"x" * 10_000_000 + b'"}')
    assert (refused.status_code, refused.headers["connection"]) == (413, "close")


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", '"', "a'--", "\u202e", "\ufeff", "🙂", "İ", "ß", "*", "a:*b", "(&|!)"]
)
async def test_odd_text_is_only_text(world: World, text: str) -> None:
    conditions = [{"field": "email", "operator": operator, "value": text} for operator in ("contains", "starts_with")]
    assert (await world.ask("admin", "POST", SEARCH, {"filters": conditions})).json()["data"] == []
    assert (await world.ask("admin", "POST", SEARCH, {"search_text": text})).status_code == 200


async def test_a_cursor_is_good_for_its_own_question_only(world: World) -> None:
    body = {"limit": 5, "order_by": "name", "filters": [{"field": "lead_score", "operator": "gte", "value": 0}]}
    cursor = (await world.ask("admin", "POST", SEARCH, body)).json()["meta"]["cursor"]["next"]
    assert (await world.ask("admin", "POST", SEARCH, {**body, "cursor": cursor, "limit": 9})).status_code == 200
    assert (await world.ask("manager", "POST", SEARCH, {**body, "cursor": cursor})).status_code == 200
    foreign: list[tuple[str, str, dict[str, Any]]] = [
        ("stranger", SEARCH, {}),
        ("admin", SEARCH, {"order_by": "created_at"}),
        ("admin", SEARCH, {"sort_direction": "asc"}),
        ("admin", SEARCH, {"search_text": "mo"}),
        ("admin", SEARCH, {"filters": []}),
        ("admin", "/v1/users/search", {"filters": []}),
    ]
    for who, path, other in foreign:
        refused = await world.ask(who, "POST", path, {**body, **other, "cursor": cursor})
        assert refused.status_code == 422, other
        assert [each["field"] for each in refused.json()["errors"]] == ["cursor"]


async def test_an_edited_cursor_is_refused_wherever_it_was_edited(world: World) -> None:
    cursor = (await world.ask("admin", "POST", SEARCH, {"limit": 5})).json()["meta"]["cursor"]["next"]
    digits = string.ascii_letters + string.digits + "-_"
    for index in range(0, len(cursor), 7):
        edited = cursor[:index] + digits[(digits.index(cursor[index]) + 1) % 64] + cursor[index + 1 :]
        assert (await world.ask("admin", "POST", SEARCH, {"limit": 5, "cursor": edited})).status_code == 422
    for edited in (cursor[:-1], f"{cursor}A", f"{cursor}=", cursor.swapcase(), f" {cursor}", f"{cursor}\n"):
        assert (await world.ask("admin", "POST", SEARCH, {"limit": 5, "cursor": edited})).status_code == 422


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CONDITION = st.fixed_dictionaries(
    {},
    optional={
        "field": st.sampled_from(["id", "email", "tags", "lead_score", "created_at", "custom_fields.tier"]) | ANYTHING,
        "operator": st.sampled_from(["eq", "in", "between", "contains", "exists", "starts_with"]) | ANYTHING,
        **dict.fromkeys(("value", "value_to", "values"), ANYTHING),
    },
)
BODY = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(MEMBERS, ANYTHING), "filters": st.lists(CONDITION, max_size=3) | ANYTHING}
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODY)
async def test_no_body_whatever_breaks_a_search(world: World, body: Any) -> None:
    answer = await world.ask("rep", "POST", SEARCH, body)
    assert answer.status_code in (200, 400, 422), answer.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=40), query=st.text(max_size=40))
async def test_no_path_and_no_query_whatever_break_the_street(world: World, path: str, query: str) -> None:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": f"/v1/{path}",
        "query_string": query.encode("utf-8", "replace"),
        "headers": [
            (b"authorization", f"Bearer {world.tokens['rep']}".encode()),
            (b"version", VERSION.encode()),
        ],
    }
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await world.app(scope, receive, send)
    assert statuses[0] < 500


@pytest.mark.parametrize("name", ["If-None-Match", "Accept", "Content-Type", "traceparent", "Origin", "X-Odd"])
@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b",;=\"'", b"*" * 10_000, b'W/"', b"a" * 60_000])
async def test_no_header_whatever_breaks_a_read(world: World, name: str, value: bytes) -> None:
    headers = [
        (b"authorization", f"Bearer {world.tokens['rep']}".encode()),
        (b"version", VERSION.encode()),
        (name.encode(), value),
    ]
    for path in (f"/v1/contacts/{ADA}", f"/v1/pipelines/{SALES}", "/v1/problems/not-found"):
        assert (await world.http.get(path, headers=headers)).status_code in (200, 304)
