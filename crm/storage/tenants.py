"""Tenants: businesses, their roles, and their custom field definitions, as tables."""

import sqlalchemy as sa

from crm.storage import types
from crm.storage.metadata import METADATA

businesses = sa.Table(
    "businesses",
    METADATA,
    sa.Column("id", types.text(), primary_key=True),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("currency", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
)

roles = sa.Table(
    "roles",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("permissions", types.json(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "name"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_roles_business"),
)

custom_fields = sa.Table(
    "custom_fields",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("resource", types.text(), nullable=False),
    sa.Column("slug", types.text(), nullable=False),
    sa.Column("type", types.text(), nullable=False),
    sa.Column("label", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "resource", "slug"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_custom_fields_business"),
)

secrets = sa.Table(
    "secrets",
    METADATA,
    sa.Column("name", types.text(), primary_key=True),
    sa.Column("value", types.text(), nullable=False),
)
