"""Personal access tokens: where they are kept. The text of one is never stored, only its hash."""

import sqlalchemy as sa

from crm.resources import USER, Resource
from crm.storage import types
from crm.storage.metadata import METADATA, link

TOKEN = Resource("token", "tokens", "pat")

tokens = sa.Table(
    TOKEN.plural,
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("id", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("hash", types.text(), nullable=False),
    sa.Column("scopes", types.json(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("expires_at", types.moment()),
    sa.Column("last_used_at", types.moment()),
    sa.Column("revoked_at", types.moment()),
    sa.PrimaryKeyConstraint("business_id", "id"),
    sa.UniqueConstraint("business_id", "hash"),
    *link(TOKEN, "user_id", USER),
)
