"""What the compiler answers is what graphql-core answers: the same data in the same order, the same errors.

Every document is asked twice as the same caller: once compiled, once through the reference executor.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio
from hypothesis import event, given
from hypothesis import strategies as st

from crm.kit.errors import Unavailable
from crm.storage.database import counting
from schema.build import build
from tests.conftest import NewDatabase
from tests.fixtures.documents import Document, queries
from tests.fixtures.faults import failing, reads
from tests.fixtures.pair import POOL, Pair, paired
from tests.fixtures.statements import own

WHO = (
    "admin", "manager", "rep", "rep", "colleague", "outsider", "viewer", "contacts_only", "scopeless", "stranger",
)  # fmt: skip
FAULTS: tuple[Callable[[], Exception], ...] = (Unavailable, lambda: RuntimeError("nobody foresaw it"))
READ = ("users", "companies", "contacts", "pipelines", "deals", "tasks", "notes", "activities")
KINDS = ("", "", "ids", "page", "child", "count")
DEFINITIONS = "custom_fields.resource ="
"""How statements look that find which custom fields a filter may name."""


@pytest_asyncio.fixture(scope="session")
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """One database behind both executors."""
    async with paired(new_database()) as made:
        yield made


@given(who=st.sampled_from(WHO), asked=queries(build(), POOL))
async def test_a_query_is_answered_alike(pair: Pair, who: str, asked: Document) -> None:
    answer = await pair.ask(who, asked.text, asked.variables)
    event(outcome(answer))
    found = {name: cursor for name, path in asked.cursors.items() if (cursor := at(answer.get("data"), path))}
    if found:
        event("continued after a cursor")
        await pair.ask(who, asked.text, {**asked.variables, **found})


@given(
    who=st.sampled_from(("admin", "rep")),
    asked=queries(build(), POOL),
    what=st.sampled_from(READ),
    kind=st.sampled_from(KINDS),
    fault=st.sampled_from(FAULTS),
)
async def test_what_fails_is_told_alike(
    pair: Pair, who: str, asked: Document, what: str, kind: str, fault: Callable[[], Exception]
) -> None:
    with pair.database.failing(failing(reads(what, kind), fault)):
        event(outcome(await pair.ask(who, asked.text, asked.variables)))


@given(who=st.sampled_from(("admin", "rep", "viewer")), asked=queries(build(), POOL))
async def test_a_step_is_one_statement_and_never_starts_from_nothing(pair: Pair, who: str, asked: Document) -> None:
    async with counting() as statements:
        body = {"query": asked.text, "variables": asked.variables}
        answer = (await pair.compiled.ask(who, "POST", "/graphql", body, headers={"X-Plan": "1"})).json()
    if "data" not in answer:
        return
    ran = [each for each in answer["extensions"]["plan"]["steps"] if each["milliseconds"]]
    asked_for = [sql for sql in own(statements) if DEFINITIONS not in sql]
    event(f"{min(len(ran), 8)} steps ran")
    assert len(asked_for) <= len(ran)
    assert all(each["replaces"] for each in ran)


def outcome(answer: dict[str, Any]) -> str:
    """How a document fared, for the statistics: the code of its first error."""
    errors = answer.get("errors")
    code: str = errors[0]["extensions"]["code"] if errors else "answered whole"
    return f"{code}, some data" if answer.get("data") and errors else code


def at(data: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path of a response; None where it ends before."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data
