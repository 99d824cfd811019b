"""Ids sort by creation, never repeat, and name their resource."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from crm.kit import ids
from crm.resources import ALL, CONTACT, Resource
from tests.properties.profiles import MANY

resources = st.sampled_from(ALL)


@given(resource=resources, number=st.integers(1, 300))
def test_new_ids_sort_in_the_order_they_were_made(resource: Resource, number: int) -> None:
    made = [ids.new(resource) for _ in range(number)]
    assert made == sorted(set(made))
    assert all(ids.is_id(each, resource) for each in made)


@given(clock=st.lists(st.integers(0, 2**47), min_size=2, max_size=20))
def test_they_do_so_even_when_the_clock_goes_back(clock: list[int]) -> None:
    with (
        patch.object(ids, "_last", 0),
        patch("time.time_ns", iter([each * 10**6 for each in clock]).__next__),
    ):
        made = [ids.new(CONTACT) for _ in clock]
    assert made == sorted(set(made))


def test_threads_never_get_the_same_one() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [
            each for some in threads.map(lambda _: [ids.new(CONTACT) for _ in range(500)], range(8)) for each in some
        ]
    assert len(set(made)) == len(made)


@given(resource=resources, number=st.integers(0, 2**96 - 1))
def test_an_id_names_its_resource_and_no_other(resource: Resource, number: int) -> None:
    text = f"{resource.prefix}_{number:024x}"
    assert ids.resource_of(text) is resource
    assert [each for each in ALL if ids.is_id(text, each)] == [resource]


@MANY
@given(text=st.one_of(st.text(), st.from_regex(r"\A[a-z]{2,6}_[0-9a-fA-F]{23,25}\Z")))
@example("con_" + "0" * 23 + "\n")
@example("con_" + "0" * 24 + "\n")
@example("con_" + "٣" * 24)
@example("CON_" + "0" * 24)
def test_nothing_else_is_an_id(text: str) -> None:
    prefix, _, digits = text.partition("_")
    shaped = len(digits) == 24 and set(digits) <= set("0123456789abcdef") and prefix in {each.prefix for each in ALL}
    assert (ids.resource_of(text) is not None) == shaped
