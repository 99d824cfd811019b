"""Users' rows: the whole tenant sees them. Beside them, the user a token acts for, and the user's team."""

from typing import Any

import sqlalchemy as sa

from crm.kit.page import Row
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.repository import Repository
from crm.storage.statement import shaped
from crm.storage.tenants import roles
from crm.storage.tokens import Credential, tokens
from crm.users.model import User
from crm.users.table import users

USERS = Repository(User, users, permission=None)


async def acting(sql: Sql, credential: Credential) -> Row | None:
    """The token a credential names, with its user and the user's role; None where the tenant has no such token."""
    rows = await sql.fetch(_acting(), {"business_id": credential.business_id, "hash": credential.hash})
    return rows[0] if rows else None


async def team(sql: Sql, business_id: str, team_key: str) -> frozenset[str]:
    """The ids of everyone in a team."""
    rows = await sql.fetch(_team(), {"business_id": business_id, "team_key": team_key})
    return frozenset(row["id"] for row in rows)


def _business_id() -> sa.BindParameter[str]:
    return sa.bindparam("business_id", type_=types.text())


@shaped
def _acting() -> sa.Select[Any]:
    of_token = sa.and_(users.c.business_id == tokens.c.business_id, users.c.id == tokens.c.user_id)
    of_user = sa.and_(roles.c.business_id == users.c.business_id, roles.c.name == users.c.role)
    return (
        sa.select(
            *(tokens.c.id, tokens.c.hash, tokens.c.user_id, tokens.c.scopes, tokens.c.expires_at),
            *(tokens.c.revoked_at, tokens.c.last_used_at),
            *(users.c.team_key, roles.c.name.label("role"), roles.c.permissions),
        )
        .select_from(tokens.join(users, of_token).join(roles, of_user))
        .where(tokens.c.business_id == _business_id(), tokens.c.hash == sa.bindparam("hash", type_=types.text()))
    )


@shaped
def _team() -> sa.Select[Any]:
    team_key = sa.bindparam("team_key", type_=types.text())
    return sa.select(users.c.id).where(users.c.business_id == _business_id(), users.c.team_key == team_key)
