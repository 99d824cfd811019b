"""Scopes, built-in roles and a principal's reach, as tables (contract §2)."""

from typing import Any

import pytest

from crm.access import roles
from crm.access.principal import Principal
from crm.access.roles import ADMIN, BUILT_IN, MANAGER, REP, VIEWER, Permission, Reach, Role, role_from
from crm.access.scopes import SCOPES, VERBS, expanded
from crm.access.visibility import WHOLE, Ownership, Visibility, visibility
from crm.kit.errors import Forbidden
from crm.resources import COMPANY, CONTACT, DEAL, NOTE, SCOPED, TASK

OWN = Ownership(columns=("owner_id",))
HANGING = Ownership(columns=("author_id",), links={"contact_id": CONTACT, "deal_id": DEAL})


def test_there_are_24_scopes() -> None:
    assert len(set(SCOPES)) == len(SCOPES) == 24
    assert {each.partition(".")[2] for each in SCOPES} == {"read", "write", "delete", "all"}


@pytest.mark.parametrize(
    ("granted", "permitted"),
    [
        ([], set()),
        (["contact.read"], {"contact.read"}),
        (["contact.write"], {"contact.write"}),
        (["contact.all"], {"contact.read", "contact.write", "contact.delete"}),
        (["deal.all", "deal.read"], {"deal.read", "deal.write", "deal.delete"}),
    ],
)
def test_all_means_the_three_and_write_does_not_mean_read(granted: list[str], permitted: set[str]) -> None:
    assert expanded(granted) == permitted


def reaches(role: Role, verb: Any) -> dict[str, str]:
    return {resource.singular: role.reach(Permission(verb, resource)) for resource in SCOPED}


@pytest.mark.parametrize(
    ("role", "verb", "expected", "but"),
    [
        (ADMIN, "read", "all", {}),
        (ADMIN, "write", "all", {}),
        (ADMIN, "delete", "all", {}),
        (MANAGER, "read", "all", {}),
        (MANAGER, "write", "all", {}),
        (MANAGER, "delete", "team", {}),
        (REP, "read", "own", {"company": "all"}),
        (REP, "write", "own", {}),
        (REP, "delete", "own", {}),
        (VIEWER, "read", "all", {}),
        (VIEWER, "write", "none", {}),
        (VIEWER, "delete", "none", {}),
    ],
)
def test_the_built_in_roles(role: Role, verb: Any, expected: str, but: dict[str, str]) -> None:
    assert reaches(role, verb) == {**dict.fromkeys((each.singular for each in SCOPED), expected), **but}


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda each: each.name)
def test_a_role_is_what_its_table_says(role: Role) -> None:
    again = role_from(role.name, role.table())
    assert [reaches(again, verb) for verb in VERBS] == [reaches(role, verb) for verb in VERBS]


@pytest.mark.parametrize(
    "table",
    [{"contact": {"read": "some"}}, {"contact": {"all": "all"}}, {"pipeline": {"read": "all"}}, {"": {"read": "own"}}],
)
def test_a_table_that_says_something_else_is_no_role(table: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="is no permission"):
        role_from("odd", table)


def principal(**reach: Any) -> Principal:
    """Someone of a team of two, whose role reads so far."""
    named = {each.singular: each for each in SCOPED}
    role = Role("drawn", {roles.read(named[name]): each for name, each in reach.items()})
    scopes = frozenset({"contact.read"})
    return Principal("biz_1", "usr_me", role, scopes, frozenset({"usr_me", "usr_you"}), client="pat", bucket="b")


@pytest.mark.parametrize(("reach", "users"), [("team", {"usr_me", "usr_you"}), ("own", {"usr_me"}), ("none", set())])
def test_a_reach_is_whose_records_it_covers(reach: Reach, users: set[str]) -> None:
    someone = principal(contact=reach)
    assert someone.users(reach) == users
    assert visibility(someone, roles.read(CONTACT), OWN) == Visibility(reach)


def test_what_belongs_to_nobody_is_everyones() -> None:
    assert visibility(principal(contact="all"), roles.read(CONTACT), OWN) == WHOLE
    assert visibility(principal(deal="own"), roles.read(DEAL), Ownership()) == WHOLE
    assert visibility(principal(), None, Ownership()) == WHOLE


@pytest.mark.parametrize(
    ("reach", "linked"),
    [
        ({"note": "own", "contact": "all", "deal": "own"}, {"contact_id": "all", "deal_id": "own"}),
        ({"note": "own", "contact": "none"}, {}),
        ({"note": "all", "contact": "own"}, {}),
        ({"note": "none", "contact": "all"}, {}),
    ],
)
def test_links_widen_reading_to_what_they_lead_to(reach: dict[str, str], linked: dict[str, Any]) -> None:
    assert dict(visibility(principal(**reach), roles.read(NOTE), HANGING).linked) == linked


def test_links_do_not_widen_writing() -> None:
    someone = principal(note="own", contact="all")
    assert visibility(someone, roles.write(NOTE), HANGING) == Visibility("none")


def test_a_refusal_names_what_is_missing() -> None:
    someone = principal(company="own")
    someone.check_scope("contact.read")
    someone.check_scope(None)
    someone.check_role(roles.read(COMPANY))
    someone.check_role(None)
    with pytest.raises(Forbidden, match=r"^The token lacks the scope `task.read`\.$") as lacking:
        someone.check_scope("task.read")
    assert lacking.value.scope == "task.read"
    with pytest.raises(Forbidden, match=r"^The role `drawn` does not have the permission `task.read`\.$") as denied:
        someone.check_role(roles.read(TASK))
    assert denied.value.scope is None
