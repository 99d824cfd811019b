"""A stored record keeps what it was given and everything that follows from it; both databases give it back alike."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from crm.companies.model import Company
from crm.companies.table import companies
from crm.contacts.model import Contact
from crm.contacts.table import contacts
from crm.kit.fields import Record
from crm.resources import BUSINESS
from crm.storage.database import Database
from crm.storage.records import inserted, stored
from crm.storage.statement import shaped
from crm.storage.tenants import businesses

BUSINESS_ID = f"{BUSINESS.prefix}_{1:024x}"
NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)


def row(record: type[Record], table: sa.Table, **values: Any) -> dict[str, Any]:
    common = {"id": f"{record.resource.prefix}_{2:024x}", "created_at": NOW, "updated_at": NOW}
    return stored(record, table, BUSINESS_ID, {**common, **values})


def test_text_is_kept_as_written_and_folded() -> None:
    kept = row(Company, companies, name="STRAẞE Ünïcode")
    assert (kept["name"], kept["name_key"]) == ("STRAẞE Ünïcode", "strasse ünïcode")
    assert (kept["domain"], kept["domain_key"]) == (None, None)


def test_labels_and_custom_values_are_kept_as_written_and_folded() -> None:
    kept = row(Company, companies, name="A", tags=["VIP"], custom_fields={"tier": "GOLD", "seats": 4.5, "vat": True})
    assert (kept["tags"], kept["tags_key"]) == (["VIP"], ["vip"])
    assert kept["custom_fields"] == {"tier": "GOLD", "seats": 4.5, "vat": True}
    assert kept["custom_keys"] == {"tier": "gold", "seats": 4.5, "vat": True}


def test_what_is_not_given_is_empty() -> None:
    kept = row(Company, companies, name="A")
    assert (kept["tags"], kept["tags_key"], kept["custom_fields"], kept["custom_keys"]) == ([], [], {}, {})
    assert (kept["annual_revenue"], kept["address"], kept["revision"]) == (None, None, 1)


def test_money_is_whole_hundredths() -> None:
    assert row(Company, companies, name="A", annual_revenue=1250000.25)["annual_revenue"] == 125000025


def test_words_are_the_tenant_and_those_of_the_searched_fields() -> None:
    kept = row(Contact, contacts, first_name="Zoë", email="zoe@x.example", source="webinar")
    assert kept["words"] == [f"__con_{BUSINESS_ID}", "zoe", "x", "example"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"first_name": "Ada", "last_name": "Lovelace", "email": "a@x.example"}, "Ada Lovelace"),
        ({"last_name": "Lovelace"}, "Lovelace"),
        ({"email": "a@x.example", "phone": "+14155550123"}, "a@x.example"),
        ({"phone": "+14155550123"}, "+14155550123"),
    ],
)
def test_a_contact_is_called_by_what_there_is(given: dict[str, str], name: str) -> None:
    kept = row(Contact, contacts, **given)
    assert (kept["name"], kept["name_key"]) == (name, name.casefold())


def test_a_value_that_nothing_keeps_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="companies keeps no colour"):
        row(Company, companies, name="A", colour="red")


async def test_both_databases_give_back_what_was_put_in(database: Database) -> None:
    await database.execute(
        inserted(businesses), {"id": BUSINESS_ID, "name": "Northwind", "currency": "USD", "created_at": NOW}
    )
    company = row(
        Company,
        companies,
        name="日本語 العربية",
        tags=["a", "ß"],
        annual_revenue=12.5,
        custom_fields={"tier": "GOLD", "seats": 4},
        address={"line1": "1 Market St", "country": "US"},
    )
    await database.execute(inserted(companies), company)
    contact = row(
        Contact,
        contacts,
        phone="+14155550123",
        company_id=company["id"],
        lead_score=7,
        do_not_contact=True,
        lifecycle_stage="lead",
        date_of_birth=date(1990, 12, 10),
        last_contacted_at=NOW,
    )
    await database.execute(inserted(contacts), contact)
    shown = {**company, "annual_revenue": 12.5}
    assert await database.fetch(everything(companies), {}) == [_without_words(shown)]
    assert await database.fetch(everything(contacts), {}) == [_without_words(contact)]


@shaped
def everything(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*(each for each in table.columns if each.name != "words"))


def _without_words(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != "words"}
