"""The JSON reader: it reads what JSON says, refuses the rest with a Malformed, and lets nothing through that cannot be
kept as text and as JSON by both databases.
"""

import json
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from crm.kit import strict_json
from crm.kit.errors import Malformed
from crm.storage import types
from crm.storage.statement import shaped
from tests.properties.house import House
from tests.properties.profiles import MANY

texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["\x00", "\ud800", "a\udfff", "\ufeff", "\uffff", "😀", "\x7f"])
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**450), 10**450),
    st.floats(),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=20,
)


def said(value: Any, *, escaped: bool) -> bytes:
    """The value as a client may write it."""
    return json.dumps(value, ensure_ascii=escaped).encode(errors="surrogatepass")


def keepable(value: Any) -> bool:
    """What RFC 8259 and the contract (§4) let through, said again."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= each <= "\udfff" for each in value)
    if isinstance(value, float):
        return abs(value) < float("inf")
    if isinstance(value, int):
        return len(str(value)) <= strict_json.MAX_DIGITS
    if isinstance(value, dict):
        return all(keepable(each) for pair in value.items() for each in pair)
    return not isinstance(value, list) or all(keepable(each) for each in value)


@MANY
@given(value=values, escaped=st.booleans())
def test_it_reads_what_can_be_kept_and_refuses_the_rest(value: Any, escaped: bool) -> None:
    raw = said(value, escaped=escaped)
    if keepable(value):
        assert strict_json.read(raw) == value
    else:
        with pytest.raises(Malformed):
            strict_json.read(raw)


@MANY
@given(
    raw=st.one_of(st.binary(), st.text().map(str.encode), st.text('{}[]",:0123456789.eE+-\\utrfalsn ').map(str.encode))
)
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"[" * 64 + b"]" * 64)
@example(b"9" * 5_000)
@example(b"1e400")
@example(b"-1e400")
@example(b"1." + b"0" * 5_000)
@example(b"NaN")
@example(b"-Infinity")
@example(b'{"a":1,"a":2}')
@example(b'{"a":{"b":1,"b":1}}')
@example(b'"\\u0000"')
@example(b'"\\ud800"')
@example(b'"\\ud83d\\ude00"')
@example(b'"\xed\xa0\x80"')
@example(b"\xff\xfe1\x000\x00")
@example(b"")
@example(b"\xef\xbb\xbf1")
def test_whatever_comes_it_reads_or_says_what_is_wrong(raw: bytes) -> None:
    try:
        value = strict_json.read(raw)
    except Malformed as fault:
        assert fault.detail.endswith(".")  # noqa: PT017  either it reads, or it says so
    else:
        assert keepable(value)
        assert depth(value) <= strict_json.MAX_DEPTH


def depth(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + max(map(depth, inner), default=0)


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
    values=st.lists(st.integers(), min_size=2, max_size=3),
)
def test_a_member_named_twice_is_refused_by_name(name: str, values: list[int]) -> None:
    raw = "{" + ",".join(f"{json.dumps(name)}:{value}" for value in values) + "}"
    with pytest.raises(Malformed):
        strict_json.read(raw.encode())


@given(value=values)
async def test_what_it_lets_through_both_databases_keep(house: House, value: Any) -> None:
    try:
        read = strict_json.read(said(value, escaped=True))
    except Malformed:
        return
    kept = within_64_bits(read)
    rows = await house.database.fetch(_echo(), {"json": {"kept": kept}, "text": "".join(strings(read))})
    assert rows == [{"json": {"kept": kept}, "text": "".join(strings(read))}]
    assert orjson.loads(orjson.dumps(kept)) == kept


def within_64_bits(value: Any) -> Any:
    """Longer integers fit no field: fields refuse them, each with its own range."""
    if isinstance(value, dict):
        return {name: within_64_bits(each) for name, each in value.items()}
    if isinstance(value, list):
        return [within_64_bits(each) for each in value]
    return None if isinstance(value, int) and not -(2**63) <= value < 2**64 else value


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in (name, *strings(inner))]
    if isinstance(value, list):
        return [each for inner in value for each in strings(inner)]
    return [value] if isinstance(value, str) else []


@shaped
def _echo() -> sa.Select[Any]:
    return sa.select(
        sa.bindparam("json", type_=types.json()).label("json"), sa.bindparam("text", type_=types.text()).label("text")
    )
