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
from crm.storage.oauth.clients import clients
from crm.storage.oauth.grants import grants
from crm.storage.oauth.revoked_tokens import revoked_tokens
from crm.storage.oauth.sessions import sessions
from crm.storage.opaque import Credential
from crm.storage.records import inserted, stored
from crm.storage.repository import Repository
from crm.storage.statement import shaped
from crm.storage.tenants import businesses, roles
from crm.storage.tokens import tokens
from crm.users.model import User
from crm.users.table import users

USERS = Repository(User, users, permission=None)


async def acting(sql: Sql, credential: Credential) -> Row | None:
    """The token a credential names, with its user and the user's role; None where the tenant has no such token."""
    rows = await sql.fetch(_acting(), {"business_id": credential.business_id, "hash": credential.hash})
    return rows[0] if rows else None


async def acting_by_grant(sql: Sql, business_id: str, grant_id: str, token_id: str) -> Row | None:
    """A grant with its user and the user's role; None where it, its client or this very token of it is revoked."""
    rows = await sql.fetch(_by_grant(), {"business_id": business_id, "grant_id": grant_id, "token_id": token_id})
    return rows[0] if rows else None


async def signed_in(sql: Sql, credential: Credential, now: datetime) -> Row | None:
    """Whose browser session it is: the user, with role and business; None where it has ended."""
    given = {"business_id": credential.business_id, "hash": credential.hash, "now": whole_seconds(now)}
    rows = await sql.fetch(_signed_in(), given)
    return rows[0] if rows else None


async def who_sign_in(sql: Sql, email: str) -> list[Row]:
    """The users of that address, each with `password_hash` and the name of its business, by tenant."""
    return await sql.fetch(_who_sign_in(), {"email_key": fold(email)})


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


def _of_user() -> sa.ColumnElement[bool]:
    """The role a user has."""
    return sa.and_(roles.c.business_id == users.c.business_id, roles.c.name == users.c.role)


def _business_id() -> sa.BindParameter[str]:
    return sa.bindparam("business_id", type_=types.text())


@shaped
def _acting() -> sa.Select[Any]:
    of_token = sa.and_(users.c.business_id == tokens.c.business_id, users.c.id == tokens.c.user_id)
    return (
        sa.select(
            *(tokens.c.id, tokens.c.hash, tokens.c.user_id, tokens.c.scopes, tokens.c.expires_at),
            *(tokens.c.revoked_at, tokens.c.last_used_at),
            *(users.c.team_key, roles.c.name.label("role"), roles.c.permissions),
        )
        .select_from(tokens.join(users, of_token).join(roles, _of_user()))
        .where(tokens.c.business_id == _business_id(), tokens.c.hash == sa.bindparam("hash", type_=types.text()))
    )


@shaped
def _by_grant() -> sa.Select[Any]:
    of_grant = sa.and_(users.c.business_id == grants.c.business_id, users.c.id == grants.c.user_id)
    revoked = sa.exists(
        sa.select(sa.literal_column("1")).where(
            revoked_tokens.c.business_id == grants.c.business_id,
            revoked_tokens.c.token_id == sa.bindparam("token_id", type_=types.text()),
        )
    )
    return (
        sa.select(
            *(grants.c.id, grants.c.user_id, grants.c.client_id, grants.c.last_used_at),
            *(users.c.team_key, roles.c.name.label("role"), roles.c.permissions),
        )
        .select_from(
            grants.join(users, of_grant).join(roles, _of_user()).join(clients, clients.c.id == grants.c.client_id)
        )
        .where(
            grants.c.business_id == _business_id(),
            grants.c.id == sa.bindparam("grant_id", type_=types.text()),
            grants.c.revoked_at.is_(None),
            clients.c.revoked_at.is_(None),
            sa.not_(revoked),
        )
    )


@shaped
def _signed_in() -> sa.Select[Any]:
    same = sa.and_(
        users.c.business_id == sessions.c.business_id,
        users.c.id == sessions.c.user_id,
        users.c.password_hash == sessions.c.password_hash,
    )
    return (
        sa.select(
            *(users.c.business_id, users.c.id, users.c.name, users.c.email, businesses.c.name.label("business")),
            *(roles.c.name.label("role"), roles.c.permissions),
        )
        .select_from(
            sessions.join(users, same).join(roles, _of_user()).join(businesses, businesses.c.id == users.c.business_id)
        )
        .where(
            sessions.c.business_id == _business_id(),
            sessions.c.hash == sa.bindparam("hash", type_=types.text()),
            sessions.c.expires_at > sa.bindparam("now", type_=types.moment()),
        )
    )


@shaped
def _who_sign_in() -> sa.Select[Any]:
    return (
        sa.select(
            *(users.c.business_id, users.c.id, users.c.password_hash, businesses.c.name.label("business")),
        )
        .select_from(users.join(businesses, businesses.c.id == users.c.business_id))
        .where(users.c.email_key == sa.bindparam("email_key", type_=types.text()))
        .order_by(users.c.business_id, users.c.id)
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
