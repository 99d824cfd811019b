"""Over random records, as anyone: both executors answer alike, and a plan's steps bound its statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crm.access.scopes import SCOPES
from crm.resources import USER
from crm.storage import tokens
from crm.storage.database import Sql, counting
from crm.storage.tokens import Grant
from crm.users import repository as users
from schema.build import build
from tests.fixtures.arguments import Pool
from tests.fixtures.documents import Document, queries
from tests.fixtures.pair import Pair
from tests.fixtures.statements import own
from tests.fixtures.world import START
from tests.properties.house import House
from tests.properties.records import Rows, pools, worlds

COUNTS = {"users": 3, "companies": 2, "contacts": 5, "pipelines": 2, "stages": 4, "deals": 5, "activities": 5}
ROLES = ("admin", "manager", "rep", "viewer")


@dataclass(frozen=True)
class Asked:
    """Records, someone among them, and what that one asks."""

    rows: Rows
    user_id: str
    role: str
    document: Document


@st.composite
def situations(draw: st.DrawFn) -> Asked:
    rows = draw(worlds(draw(pools), COUNTS))
    ids = {resource.prefix: sorted(there) for resource, there in rows.items()}
    document = draw(queries(build(), Pool(ids), fields=25))
    return Asked(rows, draw(st.sampled_from(ids["usr"])), draw(st.sampled_from(ROLES)), document)


@given(asked=situations())
async def test_over_any_records_a_query_is_answered_alike(house: House, tenants: Pair, asked: Asked) -> None:
    token = await entered(house, asked)
    answer = await tenants.ask(token, asked.document.text, asked.document.variables)
    if "data" in answer:
        body = {"query": asked.document.text, "variables": asked.document.variables}
        async with counting() as statements:
            told = await tenants.compiled.ask(token, "POST", "/graphql", body, headers={"X-Plan": "1"})
        steps: list[Mapping[str, Any]] = told.json()["extensions"]["plan"]["steps"]
        assert len(own(statements)) <= sum(bool(each["milliseconds"]) for each in steps)


async def entered(house: House, asked: Asked) -> str:
    """The records put into a tenant of their own, and a token of one of its users."""
    tenant = await house.tenant(asked.rows)
    async with house.database.transaction() as sql:
        return await _token(sql, tenant.business_id, asked)


async def _token(sql: Sql, business_id: str, asked: Asked) -> str:
    row = {**asked.rows[USER][asked.user_id], "business_id": business_id}
    await users.change(sql, row, {"role": asked.role}, START)
    scopes = tuple(each for each in SCOPES if each.endswith(".all"))
    return await tokens.create(sql, business_id, Grant(asked.user_id, "example", scopes), START)
