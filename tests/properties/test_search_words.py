"""Search finds what has every word asked for at the beginning of some word, in any script, on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kit.page import MAX_SEARCH_TEXT
from crm.resources import COMPANY, Resource
from crm.storage.where import tenant_word
from tests.properties.house import House, Tenant
from tests.properties.model import finds, words_of
from tests.properties.records import NEEDS, Pool, Rows, company, id_of, pools, worlds
from tests.properties.test_filters import RESOURCES
from tests.properties.texts import AWKWARD, LONG, spellings, texts

SYNTAX = (
    "AND",
    "OR",
    "NOT",
    "NEAR(a b)",
    "a* ",
    '"a"',
    "a:b",
    "words:a",
    "^a",
    "-a",
    "+a",
    "a & b",
    "!a",
    "a <-> b",
    "(",
)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_search_finds_what_the_model_finds(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 8}))
    tenant = await house.tenant(rows)
    for asked in data.draw(st.lists(questions(rows[resource]), min_size=4, max_size=8)):
        await assert_found(tenant, resource, asked)


async def assert_found(tenant: Tenant, resource: Resource, asked: str) -> None:
    page = await tenant.search(resource, search_text=asked, limit=100)
    expected = {each["id"] for each in tenant.rows[resource].values() if finds(resource, each, asked)}
    assert {row["id"] for row in page.rows} == expected, asked
    assert page.total == len(expected)


@st.composite
def questions(draw: st.DrawFn, rows: dict[str, dict[str, object]]) -> str:
    """The beginnings of words that are there, spelled in other ways, among others that are not."""
    there = sorted(
        {word for row in rows.values() for each in row.values() if isinstance(each, str) for word in each.split()}
    )
    parts: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        word = draw(st.sampled_from(there)) if there else ""
        parts.append(draw(st.sampled_from(spellings(word[: draw(st.integers(1, 70))]))))
    parts += draw(st.lists(st.one_of(texts, st.sampled_from(SYNTAX)), max_size=1))
    return draw(st.sampled_from([" ", "  ", "-", "\u3000", "\n"])).join(parts)[:MAX_SEARCH_TEXT]


@given(data=st.data(), pool=pools)
async def test_the_tenants_own_word_is_never_found(house: House, data: st.DataObject, pool: Pool) -> None:
    rows: Rows = data.draw(worlds(pool, {**NEEDS[COMPANY], "companies": 4}))
    tenant = await house.tenant(rows)
    word = tenant_word(COMPANY, tenant.business_id)
    begun = data.draw(st.integers(1, len(word)))
    for asked in (word, word[:begun], word.strip("_"), word[begun:], tenant.business_id, COMPANY.prefix, "__", "_"):
        if words_of(asked):
            await assert_found(tenant, COMPANY, asked)
        else:
            assert (await tenant.search(COMPANY, search_text=asked)).total == len(rows[COMPANY])


@given(data=st.data(), pool=pools)
async def test_another_tenants_words_are_never_found(house: House, data: st.DataObject, pool: Pool) -> None:
    rows: Rows = data.draw(worlds(pool, {**NEEDS[COMPANY], "companies": 3}))
    tenant, stranger = await house.tenant(rows), await house.tenant()
    for asked in data.draw(st.lists(questions(rows[COMPANY]), max_size=4)):
        await assert_found(tenant, COMPANY, asked)
        assert (await stranger.search(COMPANY, search_text=asked)).total == 0


async def test_every_awkward_text_finds_what_it_should(house: House) -> None:
    names = [*AWKWARD, *(each[:255] for each in LONG)]
    rows = {id_of(COMPANY, number): company(number, name) for number, name in enumerate(names)}
    tenant = await house.tenant({COMPANY: rows})
    for asked in names:
        page = await tenant.search(COMPANY, search_text=asked, limit=100)
        expected = {each for each, row in rows.items() if finds(COMPANY, row, asked)}
        assert page.total == len(expected), asked
        assert {row["id"] for row in page.rows} <= expected


async def test_words_follow_a_record_as_it_changes_and_goes(house: House) -> None:
    first, second = (company(number, "Älpha Βeta") for number in (1, 2))
    tenant = await house.tenant({COMPANY: {first["id"]: first, second["id"]: second}})
    await assert_found(tenant, COMPANY, "alp")
    await tenant.change(COMPANY, {**first, "name": "Gamma"})
    await tenant.remove(COMPANY, second["id"])
    for asked in ("alp", "gam", "alpha gamma"):
        await assert_found(tenant, COMPANY, asked)


@pytest.mark.parametrize(
    "asked",
    [
        " ".join(chr(0x4E00 + number) for number in range(128)),
        "½" * 255,
        "ﷺ" * 255,
        "".join(chr(0x3358 + number) for number in range(25)) + "⅓⅔⅛⅜⅝⅞" * 30,
        "'" * 255,
        "\\" * 255,
        " ".join(AWKWARD)[:255],
        "㏂" * 255,
    ],
)
async def test_the_longest_questions_are_answered(house: House, asked: str) -> None:
    tenant = await house.tenant({COMPANY: {id_of(COMPANY, 1): company(1, asked)}})
    assert len(asked) <= MAX_SEARCH_TEXT
    await assert_found(tenant, COMPANY, asked)
    await assert_found(tenant, COMPANY, asked[: len(asked) // 2])
