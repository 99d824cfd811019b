"""Users' rows: the whole tenant sees them. Beside them, the user a token acts for, and what an operator does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.kit.page import Row
from crm.kit.text import fold
from crm.resources import USER
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.records import inserted, stored
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


async def add(sql: Sql, business_id: str, values: Mapping[str, Any], now: datetime) -> str:
    """A new user with `name`, `email`, `role`, and perhaps `team` and `password_hash`; its id.

    Raises Conflicting where the tenant has a user of that address, or no such role.
    """
    moment = whole_seconds(now)
    fresh = {"id": ids.new(USER), "created_at": moment, "updated_at": moment, **values}
    await sql.execute(inserted(users), stored(User, users, business_id, fresh))
    return str(fresh["id"])


async def of_email(sql: Sql, email: str) -> list[Row]:
    """The users of every tenant who have this address."""
    return await sql.fetch(_of_email(), {"email_key": fold(email)})


async def everyone(sql: Sql, business_id: str) -> list[Row]:
    """A tenant's users by name, with their roles."""
    return await sql.fetch(_everyone(), {"business_id": business_id})


async def change(sql: Sql, user: Row, values: Mapping[str, Any], now: datetime) -> None:
    """Give a user another `role`, `team` or `password_hash`. Raises Conflicting where there is no such role."""
    columns = {**values, "updated_at": whole_seconds(now)}
    if "team" in values:
        columns["team_key"] = None if values["team"] is None else fold(values["team"])
    given = {f"new_{name}": value for name, value in columns.items()}
    await sql.execute(
        _changed(tuple(columns)), {**given, "user_business_id": user["business_id"], "user_id": user["id"]}
    )


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


def _plain() -> sa.Select[Any]:
    return sa.select(users.c.business_id, users.c.id, users.c.name, users.c.email, users.c.team, users.c.role)


@shaped
def _of_email() -> sa.Select[Any]:
    return _plain().where(users.c.email_key == sa.bindparam("email_key", type_=types.text())).order_by(users.c.id)


@shaped
def _everyone() -> sa.Select[Any]:
    return _plain().where(users.c.business_id == _business_id()).order_by(users.c.name_key, users.c.id)


@shaped
def _changed(columns: tuple[str, ...]) -> sa.Update:
    here = sa.and_(
        users.c.business_id == sa.bindparam("user_business_id", type_=types.text()),
        users.c.id == sa.bindparam("user_id", type_=types.text()),
    )
    fresh = {name: sa.bindparam(f"new_{name}", type_=users.c[name].type) for name in columns}
    return sa.update(users).where(here).values(**fresh, revision=users.c.revision + sa.literal_column("1"))
