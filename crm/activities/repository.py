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


async def contacted(sql: Sql, business_id: str, contact_id: str) -> None:
    """Let a contact say when it was last contacted: by the newest activity it now has. Its version stays.

    The contact is held first: the next statement then sees what whoever held it before has written.
    """
    contact = {"business_id": business_id, "contact_id": contact_id}
    await sql.fetch(_held(), contact)
    await sql.execute(_contacted(), {**contact, "types": list(CONTACTING)})


def _of_contact() -> tuple[sa.BindParameter[str], sa.BindParameter[str]]:
    return sa.bindparam("business_id", type_=types.text()), sa.bindparam("contact_id", type_=types.text())


@shaped
def _held() -> sa.Select[Any]:
    business_id, contact_id = _of_contact()
    held = sa.select(contacts.c.id).where(contacts.c.business_id == business_id, contacts.c.id == contact_id)
    return held.with_for_update(key_share=True)  # an activity that is being logged holds its contact's key too


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
