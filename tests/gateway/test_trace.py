"""A trace id is the caller's where it sent a valid one, and new where it did not."""

import re

import pytest

from gateway.trace import trace_id

TRACE, LOW, PARENT = "0af7651916cd43dd8448eb211c80319c", "8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(
    "traceparent",
    [
        f"00-{TRACE}-{PARENT}-01",
        f"  00-{TRACE}-{PARENT}-00 ",
        f"cc-{TRACE}-{PARENT}-01",
        f"cc-{TRACE}-{PARENT}-01-what-the-future-will-be-like",
    ],
)
def test_the_low_half_of_a_valid_trace_is_kept(traceparent: str) -> None:
    assert trace_id([traceparent]) == LOW


@pytest.mark.parametrize(
    "traceparents",
    [
        [],
        [""],
        [f"00-{TRACE}-{PARENT}-01-more"],
        [f"cc-{TRACE}-{PARENT}-01.more"],
        [f"ff-{TRACE}-{PARENT}-01"],
        [f"00-{TRACE.upper()}-{PARENT}-01"],
        [f"00-{'0' * 32}-{PARENT}-01"],
        [f"00-{TRACE[:16]}{'0' * 16}-{PARENT}-01"],
        [f"00-{TRACE}-{'0' * 16}-01"],
        [f"00-{TRACE}-{PARENT}"],
        [f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-01"],
        ["00-" + "é" * 32 + f"-{PARENT}-01"],
    ],
)
def test_anything_else_gets_a_new_one(traceparents: list[str]) -> None:
    one, other = trace_id(traceparents), trace_id(traceparents)
    assert re.fullmatch("[0-9a-f]{16}", one)
    assert len({one, other, LOW}) == 3
