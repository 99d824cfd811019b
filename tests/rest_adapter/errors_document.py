"""docs/errors.md, made from the kinds of problems and the codes of violations.

python -m tests.rest_adapter.errors_document
"""

import sys

from crm.kit.problems import KINDS, VALIDATION, Kind

CODES = {
    "required": "It must be sent, and is not.",
    "type": "It is of another JSON type than it must be.",
    "value": "It is of the right type, but is not what it must be: an address, a phone number, a currency …",
    "choice": "It is none of the words it may be; the message lists them.",
    "too_short": "It is empty, or has too few entries.",
    "too_long": "It has more characters or entries than it may.",
    "out_of_range": "It is a number too small or too large.",
    "link": "It names a record that does not exist, or that the caller may not see.",
    "unknown_field": "There is no such field here.",
    "unknown_operator": "There is no such operator.",
    "unfit_operator": "The operator exists, but not for this field.",
    "unknown_parameter": "The query string has a parameter this request does not know.",
    "read_only": "The field exists, but is not written this way; the message says how it changes.",
    "repeated": "It is given more than once.",
    "unexpected": "It does not go with the rest of what was sent.",
    "cursor": "The cursor is not one of this search, was edited, or has expired.",
    "key_reused": "The idempotency key was used before with a different input (since the contract of 2026-11-01).",
}
"""What each `code` of `errors` means."""

HEAD = """# Errors

Every failure is a problem object (RFC 9457), the same on both doors. REST sends it as `application/problem+json`;
GraphQL in `errors[].extensions.problem`, with `extensions.code` for clients that switch on a word. `type` is the
address of a page that says what happened and what to do, served at `/v1/problems/<slug>`; `trace_id` finds the request
in the logs.

```json
{"type": "https://papi.prospectconnect.ai/problems/validation", "title": "Validation failed", "status": 422,
 "detail": "`email` or `phone` is required.", "instance": "/v1/contacts", "trace_id": "9a3f5c1e7b2d4f60",
 "errors": [{"field": "email", "code": "required", "message": "`email` or `phone` is required."}]}
```
"""


def document() -> str:
    """All of it."""
    kinds = "\n\n".join(_told(kind) for kind in KINDS)
    codes = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items())
    return f"""{HEAD}
{_overview()}

{kinds}

## Codes of `errors`

A `{VALIDATION.slug}` problem names every field that is wrong: `field` is its path (`filters[0].value`,
`address.city`; in GraphQL the input's own, `input.address.city`), `message` a sentence for people, `code` a word for
programs.

| code | meaning |
|---|---|
{codes}
"""


def _overview() -> str:
    rows = "\n".join(f"| {kind.status} | [`{kind.slug}`](#{kind.slug}) | `{kind.code}` |" for kind in KINDS)
    return f"| status | type | in GraphQL |\n|---|---|---|\n{rows}"


def _told(kind: Kind) -> str:
    return f"## {kind.slug}\n\n**{kind.title}**, {kind.status}. {kind.meaning}\n\n*What to do:* {kind.remedy}"


if __name__ == "__main__":
    sys.stdout.write(document())
