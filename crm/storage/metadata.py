"""The tables' one MetaData, and the columns and indexes every record table has; `business_id` first in each."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.schema import SchemaItem

from crm.resources import Resource
from crm.storage import types

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_1_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def record_table(resource: Resource, *items: SchemaItem) -> sa.Table:
    """A resource's table: its key, its own columns, when it was made and changed, and its revision (its ETag)."""
    columns = [each for each in items if isinstance(each, sa.Column)]
    others = [each for each in items if not isinstance(each, sa.Column)]
    return sa.Table(
        resource.plural,
        METADATA,
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        *columns,
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("business_id", "id"),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=f"fk_{resource.plural}_business"),
        *(_order(resource, column) for column in ("created_at", "updated_at")),
        *others,
    )


def words_column() -> sa.Column[Any]:
    """The words `search_text` looks in, the tenant among them; PostgreSQL indexes it, SQLite's triggers copy it."""
    return sa.Column("words", types.words(), nullable=False)


def words_index(resource: Resource) -> sa.Index:
    return sa.Index(f"ix_{resource.plural}_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql")


def link(resource: Resource, column: str, target: Resource, order: str = "created_at") -> tuple[SchemaItem, ...]:
    """A column that holds another record's id: its foreign key, and the index its edges page by."""
    return (
        sa.ForeignKeyConstraint(
            ["business_id", column],
            [f"{target.plural}.business_id", f"{target.plural}.id"],
            name=f"fk_{resource.plural}_{column}",
        ),
        sa.Index(f"ix_{resource.plural}_{column}", "business_id", column, order, "id"),
    )


def sorted_by(resource: Resource, *columns: str) -> tuple[sa.Index, ...]:
    """The index a sort pages by, either way."""
    return tuple(_order(resource, column) for column in columns)


def _order(resource: Resource, column: str) -> sa.Index:
    return sa.Index(f"ix_{resource.plural}_{column}", "business_id", column, "id")


def keyed(name: str, *, nullable: bool = True) -> tuple[sa.Column[Any], sa.Column[Any]]:
    """A text column, and its folded key that filters and sorts compare."""
    return (
        sa.Column(name, types.text(), nullable=nullable),
        sa.Column(f"{name}_key", types.text(), nullable=nullable),
    )


def tag_columns() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """A list of labels as written, and folded."""
    return (
        sa.Column("tags", types.texts(), nullable=False),
        sa.Column("tags_key", types.texts(), nullable=False),
    )


def custom_columns() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """The values of a record's custom fields as written, and folded."""
    return (
        sa.Column("custom_fields", types.json(), nullable=False),
        sa.Column("custom_keys", types.json(), nullable=False),
    )
