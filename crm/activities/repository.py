"""Activities' rows: an activity is its author's, and readable by whoever may see what it hangs on.

Beside them, what contacts owe to them: when a contact was last contacted.
"""

from typing import Any

import sqlalchemy as sa

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.activities.model import Activity
from crm.activities.table import activities
from crm.contacts.table import contacts
from crm.links import BORROWED, LINKS
from crm.resources import ACTIVITY
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.expressions import one_of
from crm.storage.repository import Repository
from crm.storage.statement import shaped

ACTIVITIES = Repository(
    Activity,
    activities,
    permission=read(ACTIVITY),
    ownership=Ownership(columns=("author_id",), links=BORROWED),
    links=LINKS,
)

CONTACTING = ("email", "call", "meeting")
"""The types of activities by which a contact is contacted."""


async def hold_contact(sql: Sql, business_id: str, contact_id: str) -> None:
    """Wait for whoever else contacts or changes a contact. What they wrote, the next statement sees."""
    await sql.fetch(_held(), {"business_id": business_id, "contact_id": contact_id})


async def contacted(sql: Sql, business_id: str, contact_id: str) -> None:
    """Let a contact that is held say when it was last contacted: by the newest activity it now has. Its version
    stays.
    """
    contact = {"business_id": business_id, "contact_id": contact_id}
    await sql.execute(_contacted(), {**contact, "types": list(CONTACTING)})


def _of_contact() -> tuple[sa.BindParameter[str], sa.BindParameter[str]]:
    return sa.bindparam("business_id", type_=types.text()), sa.bindparam("contact_id", type_=types.text())


@shaped
def _held() -> sa.Select[Any]:
    business_id, contact_id = _of_contact()
    held = sa.select(contacts.c.id).where(contacts.c.business_id == business_id, contacts.c.id == contact_id)
    return held.with_for_update(key_share=True)  # links to it may still be made


@shaped
def _contacted() -> sa.Update:
    business_id, contact_id = _of_contact()
    newest = (
        sa.select(activities.c.occurred_at)
        .where(
            activities.c.business_id == business_id,
            activities.c.contact_id == contact_id,
            one_of(activities.c.type, sa.bindparam("types", type_=types.many(types.text()))),
        )
        .order_by(activities.c.occurred_at.desc())
        .limit(sa.literal_column("1"))
        .scalar_subquery()
    )
    here = sa.and_(contacts.c.business_id == business_id, contacts.c.id == contact_id)
    return sa.update(contacts).where(here).values(last_contacted_at=newest)
