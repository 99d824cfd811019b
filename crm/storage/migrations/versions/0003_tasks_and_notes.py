"""Tasks and notes."""

import sqlalchemy as sa
from alembic import op

from crm.storage import types
from crm.storage.migrations.full_text import forget_words, index_words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ABOUT = (("contact_id", "contacts"), ("company_id", "companies"), ("deal_id", "deals"))
LINKS = {
    "tasks": (("assignee_id", "users"), *_ABOUT, ("created_by_id", "users")),
    "notes": (*_ABOUT, ("author_id", "users")),
}


def upgrade() -> None:
    _tasks()
    _notes()
    for table, links in LINKS.items():
        for column, _ in links:
            op.create_index(f"ix_{table}_{column}", table, ["business_id", column, "created_at", "id"])
        for column in ("created_at", "updated_at"):
            op.create_index(f"ix_{table}_{column}", table, ["business_id", column, "id"])
        index_words(table)
    for column in ("due_at", "priority_key"):
        op.create_index(f"ix_tasks_{column}", "tasks", ["business_id", column, "id"])


def downgrade() -> None:
    for table in reversed(LINKS):
        forget_words(table)
        op.drop_table(table)


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("title", types.text(), nullable=False),
        sa.Column("title_key", types.text(), nullable=False),
        sa.Column("description", types.text()),
        sa.Column("description_key", types.text()),
        sa.Column("due_at", types.moment()),
        sa.Column("priority", types.text(), nullable=False),
        sa.Column("priority_key", sa.BigInteger, nullable=False),
        sa.Column("type", types.text(), nullable=False),
        sa.Column("completed", types.flag(), nullable=False),
        sa.Column("completed_at", types.moment()),
        sa.Column("assignee_id", types.text()),
        sa.Column("contact_id", types.text()),
        sa.Column("company_id", types.text()),
        sa.Column("deal_id", types.text()),
        sa.Column("created_by_id", types.text(), nullable=False),
        sa.Column("tags", types.texts(), nullable=False),
        sa.Column("tags_key", types.texts(), nullable=False),
        *_common("tasks"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("body", types.text(), nullable=False),
        sa.Column("body_key", types.text(), nullable=False),
        sa.Column("contact_id", types.text()),
        sa.Column("company_id", types.text()),
        sa.Column("deal_id", types.text()),
        sa.Column("pinned", types.flag(), nullable=False),
        sa.Column("pinned_at", types.moment()),
        sa.Column("author_id", types.text(), nullable=False),
        *_common("notes"),
    )


def _common(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=f"fk_{table}_business"),
        *(
            sa.ForeignKeyConstraint(
                ["business_id", column], [f"{target}.business_id", f"{target}.id"], name=f"fk_{table}_{column}"
            )
            for column, target in LINKS[table]
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=f"pk_{table}"),
    )
