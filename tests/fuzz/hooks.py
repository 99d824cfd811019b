"""What Schemathesis is told besides the document: values of the formats that are this API's own, and one more check.

A value that fits its schema may still be refused for what it means: a link to a record that is not there, a cursor of
nobody. Such refusals have codes; any other refusal of a value that fits says that the document promises too much.
"""

import re
from typing import Any

import schemathesis
from hypothesis import strategies as st

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
        if not any(
            re.fullmatch(code, each["code"]) and re.fullmatch(at, each["field"], re.DOTALL) for code, at in _MEANING
        )
    ]
    assert not surprising, f"refused though it fits the schema: {surprising}"
