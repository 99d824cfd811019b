"""The full-text index follows its records: made, changed, gone; each within its tenant; and what is written exactly."""

from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from crm.companies.model import Company
from crm.companies.table import companies
from crm.kit.text import words
from crm.resources import COMPANY
from crm.storage import types
from crm.storage.database import Conflicting, Database
from crm.storage.expressions import matches_words
from crm.storage.records import inserted, stored
from crm.storage.statement import shaped
from crm.storage.where import tenant_word
from tests.fixtures.tenants import NOW, Tenant, tenant


@pytest_asyncio.fixture
async def home(database: Database) -> Tenant:
    return await tenant(database)


def row(home: Tenant, number: int, name: str) -> dict[str, Any]:
    values = {"id": f"{COMPANY.prefix}_{number:024x}", "name": name, "created_at": NOW, "updated_at": NOW}
    return stored(Company, companies, home.business_id, values)


async def keep(home: Tenant, number: int, name: str) -> None:
    await home.database.execute(inserted(companies), row(home, number, name))


async def found(home: Tenant, text: str) -> list[str]:
    """The names of the companies whose words begin with those of the text."""
    query = (tenant_word(COMPANY, home.business_id), *words(text))
    given = {"business_id": home.business_id, "words": query}
    return [each["name"] for each in await home.database.fetch(_matching(), given)]


async def test_a_record_is_found_by_the_beginnings_of_its_words(home: Tenant) -> None:
    await keep(home, 1, "Größe & Söhne")
    await keep(home, 2, "Gross Freight")
    assert await found(home, "gros") == ["Gross Freight", "Größe & Söhne"]
    assert await found(home, "SOHN grosse") == ["Größe & Söhne"]
    assert await found(home, "rosse") == []


async def test_a_changed_record_is_found_by_its_new_words_only(home: Tenant) -> None:
    await keep(home, 1, "Alder Foods")
    fresh = row(home, 1, "Birch Marine")
    await home.database.execute(_renamed(), {f"new_{name}": fresh[name] for name in ("name", "name_key", "words")})
    assert await found(home, "alder") == []
    assert await found(home, "birch marine") == ["Birch Marine"]


async def test_a_record_that_is_gone_leaves_no_words_behind(home: Tenant) -> None:
    await keep(home, 1, "Alder Foods")
    await home.database.execute(_removed(), {})
    assert await found(home, "alder") == []
    await keep(home, 2, "Birch Marine")
    assert await found(home, "alder") == []
    assert await found(home, "birch") == ["Birch Marine"]


async def test_a_rolled_back_record_leaves_no_words_behind(home: Tenant) -> None:
    async def twice() -> None:
        async with home.database.transaction() as sql:
            await sql.execute_many(inserted(companies), [row(home, 1, "Alder Foods")] * 2)

    with pytest.raises(Conflicting):
        await twice()
    assert await found(home, "alder") == []


async def test_tenants_never_find_each_others(home: Tenant) -> None:
    other = await tenant(home.database, "Other")
    await keep(home, 1, "Alder Foods")
    await keep(other, 1, "Alder Marine")
    assert await found(home, "alder") == ["Alder Foods"]
    assert await found(other, "alder") == ["Alder Marine"]


@pytest.mark.parametrize(
    "name",
    [
        "日本商事",
        "النور",
        "Звезда",
        "한빛",
        "प्रिया",
        "กรุงเทพฯ",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        "İstanbul",
        "x" * 255,
        "🦄 1",
        "a_b'c\"d:*|&!",
    ],
)
async def test_any_script_is_found_whole_and_by_its_beginning(home: Tenant, name: str) -> None:
    await keep(home, 1, name)
    await keep(home, 2, "Qwq")
    first = words(name)[0]
    for text in (name, first, first[:1]):
        assert await found(home, text) == [name]


@shaped
def _matching() -> sa.Select[Any]:
    business_id = sa.bindparam("business_id", type_=types.text())
    query = sa.bindparam("words", type_=types.query())
    return (
        sa.select(companies.c.name)
        .where(companies.c.business_id == business_id)
        .where(matches_words(companies.c.words, companies.c.id, business_id, query))
        .order_by(companies.c.name)
    )


@shaped
def _renamed() -> sa.Update:
    fresh = {name: sa.bindparam(f"new_{name}", type_=companies.c[name].type) for name in ("name", "name_key", "words")}
    return sa.update(companies).values(**fresh)


@shaped
def _removed() -> sa.Delete:
    return sa.delete(companies)
