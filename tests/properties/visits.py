"""Someone of a drawn tenant at both doors of the application, where the same asked of either is answered alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from crm.access.scopes import SCOPES
from crm.catalogue import OPERATIONS
from crm.kit.page import Row
from crm.resources import USER, Resource
from crm.storage import tokens
from crm.storage.tenants import set_role
from crm.storage.tokens import Grant
from crm.users import repository as users
from tests.fixtures.pair import Pair
from tests.fixtures.world import NOW, START, World
from tests.parity.doors import Asked, Door, Outcome, graphql, rest
from tests.properties.house import House, Tenant
from tests.properties.records import Pool, Rows, pools
from tests.properties.someone import Someone, populations, reaches
from tests.properties.test_sight import NEAR

TEAMS = (None, "North", "north", "South")
"""What users' teams are called; the second and third are one."""


@dataclass(frozen=True)
class Visit:
    """Records and someone among them, how far lists look before they gather from far, and what runs GraphQL."""

    pool: Pool
    rows: Rows
    someone: Someone
    near: int
    executor: str

    def seen(self, resource: Resource) -> list[Row]:
        """What they may see of a resource."""
        return [row for row in self.rows[resource].values() if self.someone.sees(resource, row, self.rows)]

    def beyond(self, resource: Resource, record_id: str | None) -> dict[str, str] | None:
        """What a link leads to for them, by its id alone."""
        if record_id is None or not self.someone.sees(resource, self.rows[resource][record_id], self.rows):
            return None
        return {"id": record_id}


@st.composite
def visits(draw: st.DrawFn, resource: Resource) -> Visit:
    pool = draw(pools)
    rows = draw(populations(resource, pool))
    for each in rows[USER].values():
        each["team"] = draw(st.sampled_from(TEAMS))
    known = {name: (row["team"] or name).casefold() for name, row in rows[USER].items()}
    user_id = draw(st.sampled_from(sorted(known)))
    mates = frozenset(name for name, team in known.items() if team == known[user_id])
    someone = Someone(user_id, mates, draw(reaches(resource)))
    return Visit(pool, rows, someone, draw(st.sampled_from(NEAR)), draw(st.sampled_from(["compiled", "reference"])))


@dataclass(frozen=True)
class Visitor:
    """The someone of a visit, with a token of every scope."""

    tenant: Tenant
    token: str
    at_rest: World
    at_graphql: World

    def at(self, door: Door) -> World:
        """The application behind a door."""
        return self.at_rest if door is rest else self.at_graphql

    async def both(self, asked: Asked) -> Outcome:
        """What both doors say to a read."""
        one = await rest(self.at_rest, self.token, asked)
        assert await graphql(self.at_graphql, self.token, asked) == one
        return one

    async def walked(self, resource: Resource, asked: Mapping[str, Any], limit: int) -> list[str] | int:
        """Every page of a search, each through both doors; or with which status it is refused."""
        found: list[str] = []
        values, totals = {**asked, "limit": limit}, set()
        while True:
            told = await self.both(Asked(OPERATIONS[f"{resource.plural}.search"], values))
            if told.problem is not None:
                return int(told.problem["status"])
            found += [row["id"] for row in told.data["data"]]
            totals.add(told.data["meta"]["total"])
            if told.data["meta"]["cursor"]["next"] is None:
                assert totals == {len(found)}
                return found
            values["cursor"] = told.data["meta"]["cursor"]["next"]

    async def get(self, path: str) -> tuple[int, Any]:
        """A status and body of REST's."""
        answer = await self.at_rest.ask(self.token, "GET", f"/v1{path}")
        return answer.status_code, answer.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        answer = await self.at_rest.ask(self.token, "POST", f"/v1{path}", body)
        return answer.status_code, answer.json()

    async def query(self, text: str, **variables: Any) -> Any:
        """GraphQL's data; where it refuses the document, the code it refuses it with."""
        body = (await self.at_graphql.graphql(self.token, text, variables)).json()
        if "errors" not in body:
            return body["data"]
        assert "data" not in body, body
        (code,) = {each["extensions"]["code"] for each in body["errors"]}
        return code


async def entered(house: House, streets: Pair, visit: Visit) -> Visitor:
    """The records put into a tenant of their own, whose role the drawn one is, and a token of the drawn user."""
    tenant = await house.tenant(visit.rows)
    await set_role(house.database, tenant.business_id, visit.someone.role)
    row = {**visit.rows[USER][visit.someone.user_id], "business_id": tenant.business_id}
    grant = Grant(visit.someone.user_id, "example", tuple(each for each in SCOPES if each.endswith(".all")))
    async with house.database.transaction() as sql:
        await users.change(sql, row, {"role": visit.someone.role.name}, START)
        token = await tokens.create(sql, tenant.business_id, grant, NOW)
    return Visitor(tenant, token, streets.compiled, getattr(streets, visit.executor))
