"""Following edges costs as many statements as there are edges, however many records there are."""

import asyncio
from collections.abc import Iterable

import pytest

from crm.call import Call
from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany, ToOne
from crm.kit.page import Page, Row
from crm.loaders import Loaders
from crm.operation import Arguments
from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, STAGE, Resource
from crm.storage.database import Database, counting
from tests.properties.house import NOW, house_over
from tests.properties.records import Rows, id_of

CONTACTS = 100
DEALS_EACH = 3
STATEMENTS = 5
"""The contacts, their companies, their deals, the deals' stages and the deals' pipelines."""


@pytest.mark.parametrize("first", [1, 25, 100])
async def test_a_graph_costs_one_statement_an_edge(database: Database, first: int) -> None:
    tenant = await house_over(database).tenant(world())
    async with counting() as statements:
        shown = await graph(tenant.call(), first)
    assert len(shown) == first
    assert all(company["id"] == contact["company_id"] for contact, company, _ in shown)
    assert [len(deals) for _, _, deals in shown] == [DEALS_EACH] * first
    assert all((deal["stage_id"], deal["pipeline_id"]) == found for *_, deals in shown for deal, found in deals)
    assert len(statements) == STATEMENTS, statements


Deals = list[tuple[Row, tuple[str, str]]]


async def graph(call: Call, first: int) -> list[tuple[Row, Row, Deals]]:
    """contacts → company, deals → stage, pipeline; each asked for by itself, as resolvers do."""
    loaders = Loaders(call)
    deals_asked = await call.read(OPERATIONS["deals.search"], {"limit": DEALS_EACH})
    page: Page = await call.run(OPERATIONS["contacts.search"], {"limit": first}, Arguments())

    async def of_deal(deal: Row) -> tuple[Row, tuple[str, str]]:
        stage, pipeline = await asyncio.gather(
            loaders.one(to_one("deal.stage"), deal["stage_id"]),
            loaders.one(to_one("deal.pipeline"), deal["pipeline_id"]),
        )
        assert stage is not None
        assert pipeline is not None
        return deal, (stage["id"], pipeline["id"])

    async def of_contact(contact: Row) -> tuple[Row, Row, Deals]:
        company, deals = await asyncio.gather(
            loaders.one(to_one("contact.company"), contact["company_id"]),
            loaders.many(to_many("contact.deals"), contact["id"], deals_asked),
        )
        assert company is not None
        return contact, company, await asyncio.gather(*map(of_deal, deals.rows))

    return await asyncio.gather(*map(of_contact, page.rows))


def to_one(name: str) -> ToOne:
    edge = EDGES[name]
    assert isinstance(edge, ToOne)
    return edge


def to_many(name: str) -> ToMany:
    edge = EDGES[name]
    assert isinstance(edge, ToMany)
    return edge


def world(deals_each: int = DEALS_EACH + 1) -> Rows:
    """A hundred contacts of ten companies, each with as many deals: one more than is asked for."""
    deals = [record(DEAL, number, **_deal(number)) for number in range(CONTACTS * deals_each)]
    contacts = [
        record(CONTACT, number, first_name=f"C{number}", company_id=id_of(COMPANY, number % 10), **_OF_CONTACT)
        for number in range(CONTACTS)
    ]
    return {
        COMPANY: keyed(record(COMPANY, number, name=f"Company {number}") for number in range(10)),
        CONTACT: keyed(contacts),
        PIPELINE: keyed(
            record(PIPELINE, number, name=f"P{number}", is_default=not number, position=number) for number in range(2)
        ),
        STAGE: keyed(
            {
                "id": id_of(STAGE, number),
                "pipeline_id": id_of(PIPELINE, number % 2),
                "name": f"S{number}",
                "position": number // 2,
                "type": "open",
                "probability": 10,
            }
            for number in range(6)
        ),
        DEAL: keyed(deals),
    }


_OF_CONTACT = {"lead_score": 0, "do_not_contact": False, "lifecycle_stage": "lead"}


def _deal(number: int) -> Row:
    return {
        "name": f"D{number}",
        "value": number,
        "currency": "USD",
        "pipeline_id": id_of(PIPELINE, number % 2),
        "stage_id": id_of(STAGE, number % 6),
        "status": "open",
        "probability": 10,
        "contact_id": id_of(CONTACT, number % CONTACTS),
        "stage_changed_at": NOW,
    }


def record(resource: Resource, number: int, **values: object) -> Row:
    return {"id": id_of(resource, number), "created_at": NOW, "updated_at": NOW, **values}


def keyed(records: Iterable[Row]) -> dict[str, Row]:
    return {each["id"]: each for each in records}
