"""Rows leave with their public fields in order, and with nothing of the house's own."""

from datetime import UTC, date, datetime

import orjson

from crm.account.model import Me
from crm.contacts.model import Contact
from crm.kit.fields import fields_of
from crm.kit.page import Page, Row
from crm.pipelines.model import Pipeline
from crm.resources import ALL, BUSINESS, STAGE
from rest_adapter import wire

WHEN = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)


def contact(**values: object) -> Row:
    return {**dict.fromkeys(fields_of(Contact)), "_revision": 7, "_sort": "x", **values}


def test_a_record_shows_its_fields_in_their_order_and_nothing_else() -> None:
    row = dict(reversed(contact(id="con_1").items()))
    assert list(wire.shape(Contact).shown(row)) == list(fields_of(Contact))


def test_fewer_fields_keep_the_order_and_the_id() -> None:
    shape = wire.shape(Contact).only(["email", "first_name"])
    assert list(shape.shown(contact())) == ["id", "first_name", "email"]


def test_times_are_whole_seconds_in_utc() -> None:
    row = contact(created_at=WHEN.replace(microsecond=5), date_of_birth=date(1990, 12, 10))
    told = orjson.loads(wire.dumps(wire.shape(Contact).shown(row)))
    assert (told["created_at"], told["date_of_birth"]) == ("2026-06-17T14:30:00Z", "1990-12-10")


def test_a_part_is_whole_even_where_it_was_kept_in_part() -> None:
    shown = wire.shape(Contact).shown(contact(address={"city": "Oslo"}))
    assert shown["address"] == {
        "line1": None, "line2": None, "city": "Oslo", "state": None, "postal_code": None, "country": None,
    }  # fmt: skip


def test_stages_leave_without_the_names_of_the_house() -> None:
    stage = {"id": "stg_1", "name": "New", "position": 0, "type": "open", "probability": 10, "_pipeline_id": "pipe_1"}
    shown = wire.shape(Pipeline).shown({"id": "pipe_1", "stages": [stage]})
    assert shown["stages"] == [{name: value for name, value in stage.items() if not name.startswith("_")}]


def test_me_shows_the_user_as_a_user_is_shown() -> None:
    shown = wire.shape(Me).shown({"user": {"id": "usr_1", "name": "Ada", "_revision": 1}, "role": "rep"})
    assert "_revision" not in shown["user"]
    assert shown["user"]["name"] == "Ada"


def test_every_resource_that_is_shown_has_its_record() -> None:
    known = {each.singular for each in ALL}
    assert {"contact", "company", "deal", "pipeline", "user", STAGE.singular} <= set(wire.RECORDS) <= known
    assert BUSINESS.singular not in wire.RECORDS


def test_the_envelope_leaves_out_what_was_not_asked() -> None:
    assert wire.page(Page([], next="c", has_more=True), []) == {
        "data": [],
        "meta": {"cursor": {"next": "c", "has_more": True}},
    }
    assert wire.page(Page([], total=0, cursors=("a",)), [])["meta"] == {
        "cursor": {"next": None, "has_more": False, "rows": ("a",)},
        "total": 0,
    }
