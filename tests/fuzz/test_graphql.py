"""Schemathesis over /graphql, with the schema it introspects: documents of any shape get an answer or a problem."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from graphql.language import ast as nodes
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from crm.kit.problems import KINDS
from tests.fixtures.background import Served, background

BUDGET = settings(
    max_examples=6,
    phases=[Phase.generate],  # what fails is told as it is: shrinking would cost more than the budget
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: nodes.FloatValueNode(value=repr(value)))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00")).map(
    lambda value: nodes.StringValueNode(value=value)
)
schemathesis.graphql.scalar("Decimal", NUMBERS)
schemathesis.graphql.scalar("JSON", NUMBERS | TEXTS)

CODES = {kind.code for kind in KINDS} - {"SERVER_ERROR"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with background(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'fuzz.db'}") as world:
        yield world


@pytest.mark.timeout(600)
def test_any_document_is_answered_or_refused_in_our_words(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.tokens['admin']}"}
    schema = schemathesis.graphql.from_url(f"{served.address}/graphql", headers=headers)
    answered = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)

        @BUDGET
        @given(case=found.ok().as_strategy())
        def ask(case: Any) -> None:
            nonlocal answered
            response = case.call(headers=headers)
            answered += _checked(response)

        ask()
    assert answered > 0


def _checked(response: Any) -> bool:
    """Whether there was an answer; else that it is a refusal the documents know."""
    body = response.json()
    assert response.status_code < 500, body
    for error in body.get("errors", ()):
        assert error["extensions"]["code"] in CODES, error
        assert error["extensions"]["problem"]["status"] < 500, error
    return "errors" not in body
