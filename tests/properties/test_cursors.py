"""Cursors: good for their own search for 24 hours, and for nothing else; any edit of any character is refused."""

import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from crm.kit.cursor import LIFETIME, CursorKey, Position
from crm.kit.errors import Invalid
from crm.kit.page import MAX_SEARCH_TEXT
from crm.kit.problems import Violation
from crm.resources import CONTACT, Resource
from tests.properties.house import NOW, House, later
from tests.properties.model import COMPARABLE, kind_of, words_of
from tests.properties.profiles import MANY
from tests.properties.records import NEEDS, Pool, id_of, pools, worlds
from tests.properties.test_filters import RESOURCES, questions
from tests.properties.texts import storable

KEY = CursorKey(b"a secret of sixteen bytes")
FOREIGN = [Violation("cursor", "cursor", "`cursor` does not belong to this search.")]
EXPIRED = [Violation("cursor", "cursor", "`cursor` has expired; start again from the first page.")]

ALPHABET = f"{string.ascii_letters}{string.digits}-_=+/ é\x00"
positions = st.builds(
    Position,
    st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), storable),
    st.integers(0, 2**96 - 1).map(lambda number: id_of(CONTACT, number)),
)


@MANY
@given(binding=st.binary(max_size=100), position=positions)
def test_what_was_written_is_read(binding: bytes, position: Position) -> None:
    assert KEY.read(binding, KEY.write(binding, position, NOW), NOW) == position


@given(binding=st.binary(max_size=20), position=positions)
def test_any_edit_of_any_character_is_refused(binding: bytes, position: Position) -> None:
    cursor = KEY.write(binding, position, NOW)
    for index, each in enumerate(cursor):
        edited = [cursor[:index] + other + cursor[index + 1 :] for other in ALPHABET if other != each]
        inserted = [cursor[:index] + other + cursor[index:] for other in (each, "A", "=", " ")]
        for text in (*edited, *inserted, cursor[:index] + cursor[index + 1 :], cursor[:index]):
            assert text == cursor or refused(binding, text)
    for beyond in ("=", "==", "A", "AAAA", "\n", "\ud800", cursor):
        assert refused(binding, cursor + beyond)


def refused(binding: bytes, text: str) -> bool:
    try:
        KEY.read(binding, text, NOW)
    except ValueError:
        return True
    return False


@MANY
@given(text=st.one_of(st.text(max_size=60), st.text(ALPHABET, max_size=200)))
@example("")
@example("A" * 1_000_000)
def test_what_was_never_written_is_refused(text: str) -> None:
    assert refused(b"", text)


@MANY
@given(bindings=st.lists(st.binary(max_size=8), min_size=2, max_size=2, unique=True), position=positions)
def test_a_cursor_is_good_for_its_binding_and_its_installation(bindings: list[bytes], position: Position) -> None:
    cursor = KEY.write(bindings[0], position, NOW)
    assert refused(bindings[1], cursor)
    with pytest.raises(ValueError, match="does not belong"):
        CursorKey(b"another secret of theirs").read(bindings[0], cursor, NOW)


@MANY
@given(
    issued=st.floats(0, 4_000_000_000).map(lambda each: datetime.fromtimestamp(each, UTC)),
    seconds=st.integers(0, 200_000),
)
@example(issued=NOW, seconds=86_400)
@example(issued=NOW, seconds=86_401)
def test_a_cursor_is_good_for_a_day(issued: datetime, seconds: int) -> None:
    cursor = KEY.write(b"", Position(1, "x"), issued)
    asked = issued.replace(microsecond=0) + timedelta(seconds=seconds)
    if seconds <= LIFETIME.total_seconds():
        assert KEY.read(b"", cursor, asked) == Position(1, "x")
    else:
        with pytest.raises(ValueError, match="expired"):
            KEY.read(b"", cursor, asked)


async def test_an_expired_cursor_says_so(house: House) -> None:
    rows = {id_of(CONTACT, number): contact(number) for number in range(3)}
    tenant = await house.tenant({CONTACT: rows})
    cursor = (await tenant.search(CONTACT, limit=1)).next
    call = tenant.call()
    assert (await tenant.search(CONTACT, later(call, NOW + timedelta(hours=24)), limit=1, cursor=cursor)).rows
    with pytest.raises(Invalid) as caught:
        await tenant.search(CONTACT, later(call, NOW + timedelta(hours=24, seconds=1)), limit=1, cursor=cursor)
    assert list(caught.value.violations) == EXPIRED


def contact(number: int, **values: Any) -> dict[str, Any]:
    """A plain contact."""
    return {
        "id": id_of(CONTACT, number),
        "created_at": NOW,
        "updated_at": NOW,
        "first_name": "Ada",
        "lead_score": 0,
        "do_not_contact": False,
        "lifecycle_stage": "lead",
        "tags": [],
        "custom_fields": {},
        **values,
    }


@pytest.mark.parametrize("each", ["\x01", "😀", "ﬃ", '"', "\\"])
async def test_the_longest_names_can_be_paged_by(house: House, each: str) -> None:
    longest = {"first_name": each * 255, "last_name": each * 255}
    tenant = await house.tenant({CONTACT: {id_of(CONTACT, number): contact(number, **longest) for number in range(3)}})
    first = await tenant.search(CONTACT, order_by="name", limit=1)
    second = await tenant.search(CONTACT, order_by="name", limit=1, cursor=first.next)
    assert [row["id"] for row in second.rows] == [id_of(CONTACT, 1)]


# The search a cursor belongs to, and any other.


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_the_order_and_spelling_of_conditions_do_not_matter(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 6}))
    asked = data.draw(questions(resource, pool, rows))
    again = data.draw(respelled(resource, asked))
    tenant = await house.tenant(rows)
    for cursor in (await tenant.search(resource, **asked, row_cursors=True)).cursors:
        there = await tenant.search(resource, **asked, cursor=cursor)
        assert (await tenant.search(resource, **again, cursor=cursor)).rows == there.rows


async def test_the_order_of_words_does_not_matter(house: House) -> None:
    tenant = await house.tenant(
        {CONTACT: {id_of(CONTACT, number): contact(number, last_name="Byron") for number in (1, 2)}}
    )
    cursor = (await tenant.search(CONTACT, search_text="ada byron", limit=1)).next
    again = await tenant.search(CONTACT, search_text="BYRON, Ada ada", cursor=cursor)
    assert [row["id"] for row in again.rows] == [id_of(CONTACT, 1)]


@st.composite
def respelled(draw: st.DrawFn, resource: Resource, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same search in other words."""
    filters = [draw(st.sampled_from(_spellings(resource, each))) for each in asked["filters"]]
    doubled = filters + draw(st.lists(st.sampled_from(filters), max_size=2)) if filters else []
    text = asked["search_text"] or ""
    again = " , ".join(draw(st.permutations([*text.split(), *text.split()[:1]])))
    return {
        **asked,
        "filters": draw(st.permutations(doubled)),
        "search_text": again if len(again) <= MAX_SEARCH_TEXT else text,
    }


def _spellings(resource: Resource, condition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Other ways to write one condition."""
    operator, spelled = condition["operator"], [condition, {**condition, "value_to": condition.get("value_to")}]
    values = condition.get("values") or (condition.get("value") if isinstance(condition.get("value"), list) else None)
    plain = {"field": condition["field"], "operator": operator}
    if operator == "between":
        pair = values or [condition["value"], condition["value_to"]]
        spelled += [
            {**plain, "value": pair[0], "value_to": pair[1]},
            {**plain, "value": pair},
            {**plain, "values": pair},
        ]
    elif operator in ("in", "not_in") and values:
        spelled += [{**plain, "values": values[::-1]}, {**plain, "value": [*values, values[0]]}]
    elif operator in ("eq", "neq"):
        spelled.append({**plain, "operator": {"eq": "in", "neq": "not_in"}[operator], "values": [condition["value"]]})
    if kind_of(resource, condition["field"]) in ("boolean", "tags"):
        return [each for each in spelled if each["operator"] == operator]
    return spelled


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_another_search_refuses_it(house: House, resource: Resource, data: st.DataObject, pool: Pool) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 3}))
    asked, other = data.draw(questions(resource, pool, rows)), data.draw(questions(resource, pool, rows))
    assume(meaning(resource, asked) != meaning(resource, other))
    tenant, stranger = await house.tenant(rows), await house.tenant(rows)
    for cursor in (await tenant.search(resource, **asked, row_cursors=True)).cursors:
        for who, body in ((tenant, other), (stranger, asked)):
            with pytest.raises(Invalid) as caught:
                await who.search(resource, **body, cursor=cursor)
            assert list(caught.value.violations) == FOREIGN


def meaning(resource: Resource, asked: Mapping[str, Any]) -> Any:
    """What a search asks for, however it is written."""
    return (
        asked["order_by"],
        asked["sort_direction"],
        frozenset(words_of(asked["search_text"] or "")),
        frozenset(_meaning(resource, each) for each in asked["filters"]),
    )


def _meaning(resource: Resource, condition: Mapping[str, Any]) -> Any:
    comparable = COMPARABLE[kind_of(resource, condition["field"])]
    operator, given = (
        condition["operator"],
        [condition.get("value"), condition.get("value_to"), condition.get("values")],
    )
    listed: list[Any] = []
    for each in given:
        listed += each if isinstance(each, list) else [] if each is None else [each]
    values = [comparable(each) for each in listed]
    if operator in ("in", "not_in"):
        single = {"in": "eq", "not_in": "neq"}[operator]
        return condition["field"], single if len(set(values)) == 1 else operator, frozenset(values)
    return condition["field"], operator, frozenset(values) if len(values) == 1 else tuple(values)
