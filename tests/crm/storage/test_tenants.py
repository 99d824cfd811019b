"""What an operator does with tenants, their roles and their custom fields."""

import pytest

from crm.access.roles import BUILT_IN, role_from
from crm.storage import tenants
from crm.storage.database import Conflicting, Database
from crm.users import repository as users
from tests.fixtures.tenants import NOW, tenant


async def test_a_new_tenant_has_the_built_in_roles(database: Database) -> None:
    home = await tenant(database)
    kept = await tenants.all_roles(database, home.business_id)
    assert {each["name"]: each["permissions"] for each in kept} == {role.name: role.table() for role in BUILT_IN}


async def test_a_role_is_made_and_changed_for_its_own_tenant_only(database: Database) -> None:
    home, other = await tenant(database), await tenant(database, "Other")
    for reach in ("own", "team"):
        await tenants.set_role(database, home.business_id, role_from("closer", {"deal": {"write": reach}}))
        kept = {each["name"]: each["permissions"] for each in await tenants.all_roles(database, home.business_id)}
        assert kept["closer"]["deal"] == {"read": "none", "write": reach, "delete": "none"}
    assert len(await tenants.all_roles(database, other.business_id)) == len(BUILT_IN)


async def test_a_custom_field_is_defined_once(database: Database) -> None:
    home = await tenant(database)
    field = {"resource": "contact", "slug": "tier", "type": "string", "label": "Tier"}
    await tenants.add_custom_field(database, home.business_id, field, NOW)
    assert await tenants.all_custom_fields(database, home.business_id) == [field]
    with pytest.raises(Conflicting):
        await tenants.add_custom_field(database, home.business_id, field, NOW)


async def test_a_user_has_an_address_of_its_own_and_a_role_that_exists(database: Database) -> None:
    home, other = await tenant(database), await tenant(database, "Other")
    await home.user("ada", "rep")
    await other.user("ada", "rep")
    with pytest.raises(Conflicting):
        await home.user("ADA", "rep")
    with pytest.raises(Conflicting):
        await home.user("bob", "emperor")
    found = await users.of_email(database, "ada@TEST.example")
    assert {each["business_id"] for each in found} == {home.business_id, other.business_id}


async def test_a_user_changes_team_and_role(database: Database) -> None:
    home = await tenant(database)
    await home.user("ada", "rep", team="North")
    [ada] = await users.everyone(database, home.business_id)
    await users.change(database, ada, {"role": "manager", "team": "Süd"}, NOW)
    [ada] = await users.everyone(database, home.business_id)
    assert (ada["role"], ada["team"]) == ("manager", "Süd")
    assert await users.team(database, home.business_id, "süd") == {ada["id"]}
    with pytest.raises(Conflicting):
        await users.change(database, ada, {"role": "emperor"}, NOW)
