"""What Schemathesis is told besides the document: values of the formats that are this API's own, ids of records that
are there, and one more check.

A value that fits its schema may still be refused for what it means: a link to a record that is not there, a cursor of
nobody. Such refusals have codes; any other refusal of a value that fits says that the document promises too much.
"""

import re
from typing import Any

import schemathesis
from hypothesis import strategies as st

from crm.resources import ALL
from tests.fixtures.world import id_of

_MEANING: tuple[tuple[str, str], ...] = (
    (r"link|key_reused|cursor", r".*"),
    (r"type|unknown_field|value", r"custom_fields(\..*)?"),  # a tenant's own, which no document knows
    (r"unknown_field", r"filters\[\d+\]\.field"),  # likewise
    (r"type", r"filters\[\d+\]\.values?\[\d+\]"),  # the other spelling of a list says less
    (r"too_short|value", r"tags|name|title|lost_reason"),  # nothing but spaces
    (r"required", r"email|contact_id"),  # an update that would take the last of them away
    (r"unexpected", r"lost_reason"),
    (r"value", r"metadata|value|annual_revenue"),  # too long as a whole; three decimal places
    (r"value", r"email"),  # of any form where an empty line is taken for none
)
_PLACES = "must have at most two decimal places."  # of money in a filter: `multipleOf` would refuse 0.07 in floats

FORMATS: dict[str, st.SearchStrategy[str]] = {
    "phone": st.integers(200_000_0000, 999_999_9999).map(lambda digits: f"+1{digits}"),
    "internet-domain": st.from_regex(r"[a-z]{3,10}\.(com|example)", fullmatch=True),
    "url": st.from_regex(r"https?://[a-z]{3,10}\.example/[a-z0-9/]{0,20}", fullmatch=True),
    "iso-4217": st.sampled_from(["USD", "EUR", "JPY", "CHF"]),
    "iso-3166-1": st.sampled_from(["US", "CH", "JP", "DE"]),
    "time-zone": st.sampled_from(["Europe/London", "America/New_York", "UTC"]),
    "idn-email": st.from_regex(r"[a-z0-9]{1,20}@[a-z]{3,10}\.com", fullmatch=True),
    "date-time": st.datetimes().map(lambda moment: f"{moment.replace(microsecond=0).isoformat()}Z"),
}
for name, strategy in FORMATS.items():
    schemathesis.openapi.format(name, strategy)


@schemathesis.check
def only_meaning_is_refused(ctx: Any, response: Any, case: Any) -> None:
    """A value that fits its schema is refused for its meaning alone."""
    meta = case.meta
    if response.status_code != 422 or meta is None or not meta.generation.mode.is_positive:
        return
    surprising = [
        each
        for each in response.json()["errors"]
        if not each["message"].endswith(_PLACES)
        and not any(
            re.fullmatch(code, each["code"]) and re.fullmatch(at, each["field"], re.DOTALL) for code, at in _MEANING
        )
    ]
    assert not surprising, f"refused though it fits the schema: {surprising}"


_ID = re.compile(r"([a-z]+)_[0-9a-f]{23}([0-9a-f])")
_KNOWN = {each.prefix: each for each in ALL}


@schemathesis.hook
def map_body(ctx: Any, body: Any) -> Any:
    """Three links of four lead to records that are there: what names nothing but strangers would never be written."""
    if not isinstance(body, dict):
        return body
    return {name: _led(value) if name.endswith("_id") else value for name, value in body.items()}


def _led(value: Any) -> Any:
    match = _ID.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] not in _KNOWN or int(match[2], 16) % 4 == 0:
        return value
    return id_of(_KNOWN[match[1]], int(match[2], 16) % 4)
