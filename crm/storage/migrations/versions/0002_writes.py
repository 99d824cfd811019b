"""What writes leave: the audit, the answers of keyed creates, and the activities of the timeline."""

import sqlalchemy as sa
from alembic import op

from crm.storage import types
from crm.storage.migrations.full_text import forget_words, index_words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit()
    _idempotency()
    _activities()
    index_words("activities")


def downgrade() -> None:
    forget_words("activities")
    op.drop_table("activities")
    op.drop_table("idempotency")
    op.drop_table("audit")


def _audit() -> None:
    op.create_table(
        "audit",
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
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_audit_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["business_id", "at", "id"])
    op.create_index("ix_audit_record_id", "audit", ["business_id", "record_id", "at"])


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("client", types.text(), nullable=False),
        sa.Column("user_id", types.text(), nullable=False),
        sa.Column("operation", types.text(), nullable=False),
        sa.Column("key", types.text(), nullable=False),
        sa.Column("fingerprint", types.text(), nullable=False),
        sa.Column("output", types.json()),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_idempotency_business"),
        sa.PrimaryKeyConstraint("business_id", "client", "user_id", "operation", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["business_id", "created_at"])


def _activities() -> None:
    op.create_table(
        "activities",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("type", types.text(), nullable=False),
        sa.Column("subject", types.text()),
        sa.Column("subject_key", types.text()),
        sa.Column("body", types.text()),
        sa.Column("body_key", types.text()),
        sa.Column("direction", types.text()),
        sa.Column("occurred_at", types.moment(), nullable=False),
        sa.Column("duration_seconds", sa.BigInteger),
        sa.Column("outcome", types.text()),
        sa.Column("outcome_key", types.text()),
        sa.Column("contact_id", types.text()),
        sa.Column("company_id", types.text()),
        sa.Column("deal_id", types.text()),
        sa.Column("author_id", types.text()),
        sa.Column("metadata", types.json(), nullable=False),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_activities_business"),
        *(
            sa.ForeignKeyConstraint(
                ["business_id", column], [f"{target}.business_id", f"{target}.id"], name=f"fk_activities_{column}"
            )
            for column, target in _LINKS
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_activities"),
    )
    for column, _ in _LINKS:
        op.create_index(f"ix_activities_{column}", "activities", ["business_id", column, "occurred_at", "id"])
    for column in ("created_at", "occurred_at", "updated_at"):
        op.create_index(f"ix_activities_{column}", "activities", ["business_id", column, "id"])


_LINKS = (("contact_id", "contacts"), ("company_id", "companies"), ("deal_id", "deals"), ("author_id", "users"))
