"""The audit's table and the writers of audit and timeline: always in the transaction of what they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.records import inserted
from crm.storage.statement import shaped

audit = sa.Table(
    "audit",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("id", types.text(), nullable=False),
    sa.Column("at", types.moment(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("client", types.text(), nullable=False),
    sa.Column("trace_id", types.text(), nullable=False),
    sa.Column("operation", types.text(), nullable=False),
    sa.Column("record_id", types.text()),
    sa.Column("outcome", types.text(), nullable=False),
    sa.Column("changes", types.json(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "id"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_audit_business"),
    sa.Index("ix_audit_at", "business_id", "at", "id"),
    sa.Index("ix_audit_record_id", "business_id", "record_id", "at"),
)


async def write_audit(sql: Sql, line: Mapping[str, Any]) -> None:
    """One line: who did what to which record, and how it ended (`ok`, or a problem's slug)."""
    await sql.execute(inserted(audit), line)


async def read_audit(
    sql: Sql, business_id: str, *, record_id: str | None = None, since: datetime | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """A tenant's newest lines."""
    given = {"business_id": business_id, "record_id": record_id, "since": since}
    return await sql.fetch(_lines(record_id is not None, since is not None, limit), given)


@shaped
def _lines(of_record: bool, since: bool, limit: int) -> sa.Select[Any]:
    lines = sa.select(audit).where(audit.c.business_id == sa.bindparam("business_id", type_=types.text()))
    if of_record:
        lines = lines.where(audit.c.record_id == sa.bindparam("record_id", type_=types.text()))
    if since:
        lines = lines.where(audit.c.at >= sa.bindparam("since", type_=types.moment()))
    return lines.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(sa.literal_column(str(limit)))
