"""A key that the document admits is read, and one that it does not is refused: the OpenAPI document and the reader of
keys say the same.
"""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from crm.kit.errors import Malformed
from crm.kit.idempotency_key import NOT_BLANK, read_key
from tests.properties.profiles import MANY


@MANY
@given(st.text(st.sampled_from(" \t\"'\\ab\u00e9"), max_size=6))
@example(" ")
@example('""')
@example(' "" ')
@example('"')
@example('" "')
def test_what_is_admitted_is_read(text: str) -> None:
    assert is_read(text) == (re.search(NOT_BLANK, text) is not None)


def is_read(text: str) -> bool:
    try:
        read_key(text)
    except Malformed:
        return False
    return True
