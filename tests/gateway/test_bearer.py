"""Only one well-formed bearer token in the header is a credential."""

import pytest

from crm.kit.errors import Unauthenticated
from gateway.bearer import bearer


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER   abc ", "Bearer a.b-c_d~e+f/g=="])
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert bearer([header]) == header.split()[1]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ([], False),
        ([""], False),
        (["Bearer"], False),
        (["Bearer "], False),
        (["Basic YTpi"], False),
        (["abc"], False),
        (["Bearer a", "Bearer b"], True),
        (["Bearer a b"], True),
        (["Bearer a,b"], True),
        (["Bearer é"], True),
        (["Bearer " + "a" * 5_000], True),
    ],
)
def test_anything_else_is_refused_and_told_apart(headers: list[str], *, sent: bool) -> None:
    with pytest.raises(Unauthenticated) as caught:
        bearer(headers)
    assert caught.value.token_sent is sent
