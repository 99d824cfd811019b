"""Tenants and their settings, users and their tokens, companies, contacts, pipelines and deals."""

import sqlalchemy as sa
from alembic import op

from crm.storage import types
from crm.storage.migrations.full_text import create_search, drop_search, forget_words, index_words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEARCHED = ("users", "companies", "contacts", "pipelines", "deals")


def upgrade() -> None:
    create_search()
    _businesses()
    _secrets()
    _roles()
    _custom_fields()
    _users()
    _tokens()
    _companies()
    _contacts()
    _pipelines()
    _stages()
    _deals()
    for table in SEARCHED:
        index_words(table)


def downgrade() -> None:
    for table in SEARCHED:
        forget_words(table)
    op.drop_table("deals")
    op.drop_table("stages")
    op.drop_table("pipelines")
    op.drop_table("contacts")
    op.drop_table("companies")
    op.drop_table("tokens")
    op.drop_table("users")
    op.drop_table("custom_fields")
    op.drop_table("roles")
    op.drop_table("secrets")
    op.drop_table("businesses")
    drop_search()


def _businesses() -> None:
    op.create_table(
        "businesses",
        sa.Column("id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("currency", types.text(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_businesses"),
    )


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", types.text(), nullable=False),
        sa.Column("value", types.text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("permissions", types.json(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_roles_business"),
        sa.PrimaryKeyConstraint("business_id", "name", name="pk_roles"),
    )


def _custom_fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("resource", types.text(), nullable=False),
        sa.Column("slug", types.text(), nullable=False),
        sa.Column("type", types.text(), nullable=False),
        sa.Column("label", types.text(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_custom_fields_business"),
        sa.PrimaryKeyConstraint("business_id", "resource", "slug", name="pk_custom_fields"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("name_key", types.text(), nullable=False),
        sa.Column("email", types.text(), nullable=False),
        sa.Column("email_key", types.text(), nullable=False),
        sa.Column("team", types.text()),
        sa.Column("team_key", types.text()),
        sa.Column("role", types.text(), nullable=False),
        sa.Column("password_hash", types.text()),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["business_id", "role"], ["roles.business_id", "roles.name"], name="fk_users_role"),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_users_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_users"),
        sa.UniqueConstraint("business_id", "email_key", name="uq_users_business_id_email_key"),
    )
    op.create_index("ix_users_created_at", "users", ["business_id", "created_at", "id"])
    op.create_index("ix_users_name_key", "users", ["business_id", "name_key", "id"])
    op.create_index("ix_users_team", "users", ["business_id", "team_key"])
    op.create_index("ix_users_updated_at", "users", ["business_id", "updated_at", "id"])


def _tokens() -> None:
    op.create_table(
        "tokens",
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
        sa.ForeignKeyConstraint(
            ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_tokens_user_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_tokens"),
        sa.UniqueConstraint("business_id", "hash", name="uq_tokens_business_id_hash"),
    )
    op.create_index("ix_tokens_user_id", "tokens", ["business_id", "user_id", "created_at", "id"])


def _companies() -> None:
    op.create_table(
        "companies",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("name_key", types.text(), nullable=False),
        sa.Column("domain", types.text()),
        sa.Column("domain_key", types.text()),
        sa.Column("website", types.text()),
        sa.Column("website_key", types.text()),
        sa.Column("phone", types.text()),
        sa.Column("email", types.text()),
        sa.Column("email_key", types.text()),
        sa.Column("description", types.text()),
        sa.Column("description_key", types.text()),
        sa.Column("industry", types.text()),
        sa.Column("industry_key", types.text()),
        sa.Column("annual_revenue", types.cents()),
        sa.Column("employee_count", sa.BigInteger),
        sa.Column("address", types.json()),
        sa.Column("owner_id", types.text()),
        sa.Column("tags", types.texts(), nullable=False),
        sa.Column("tags_key", types.texts(), nullable=False),
        sa.Column("custom_fields", types.json(), nullable=False),
        sa.Column("custom_keys", types.json(), nullable=False),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "owner_id"], ["users.business_id", "users.id"], name="fk_companies_owner_id"
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_companies_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_companies"),
    )
    op.create_index("ix_companies_created_at", "companies", ["business_id", "created_at", "id"])
    op.create_index("ix_companies_name_key", "companies", ["business_id", "name_key", "id"])
    op.create_index("ix_companies_owner_id", "companies", ["business_id", "owner_id", "created_at", "id"])
    op.create_index("ix_companies_updated_at", "companies", ["business_id", "updated_at", "id"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("first_name", types.text()),
        sa.Column("first_name_key", types.text()),
        sa.Column("last_name", types.text()),
        sa.Column("last_name_key", types.text()),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("name_key", types.text(), nullable=False),
        sa.Column("email", types.text()),
        sa.Column("email_key", types.text()),
        sa.Column("phone", types.text()),
        sa.Column("company_id", types.text()),
        sa.Column("job_title", types.text()),
        sa.Column("job_title_key", types.text()),
        sa.Column("tags", types.texts(), nullable=False),
        sa.Column("tags_key", types.texts(), nullable=False),
        sa.Column("lead_score", sa.BigInteger, nullable=False),
        sa.Column("last_contacted_at", types.moment()),
        sa.Column("source", types.text()),
        sa.Column("source_key", types.text()),
        sa.Column("owner_id", types.text()),
        sa.Column("address", types.json()),
        sa.Column("website", types.text()),
        sa.Column("website_key", types.text()),
        sa.Column("timezone", types.text()),
        sa.Column("timezone_key", types.text()),
        sa.Column("date_of_birth", types.day()),
        sa.Column("do_not_contact", types.flag(), nullable=False),
        sa.Column("lifecycle_stage", types.text(), nullable=False),
        sa.Column("custom_fields", types.json(), nullable=False),
        sa.Column("custom_keys", types.json(), nullable=False),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "company_id"], ["companies.business_id", "companies.id"], name="fk_contacts_company_id"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "owner_id"], ["users.business_id", "users.id"], name="fk_contacts_owner_id"
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_contacts_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_company_id", "contacts", ["business_id", "company_id", "created_at", "id"])
    op.create_index("ix_contacts_created_at", "contacts", ["business_id", "created_at", "id"])
    op.create_index("ix_contacts_email_key", "contacts", ["business_id", "email_key", "id"])
    op.create_index("ix_contacts_last_contacted_at", "contacts", ["business_id", "last_contacted_at", "id"])
    op.create_index("ix_contacts_lead_score", "contacts", ["business_id", "lead_score", "id"])
    op.create_index("ix_contacts_name_key", "contacts", ["business_id", "name_key", "id"])
    op.create_index("ix_contacts_owner_id", "contacts", ["business_id", "owner_id", "created_at", "id"])
    op.create_index("ix_contacts_phone", "contacts", ["business_id", "phone", "id"])
    op.create_index("ix_contacts_updated_at", "contacts", ["business_id", "updated_at", "id"])


def _pipelines() -> None:
    op.create_table(
        "pipelines",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("name_key", types.text(), nullable=False),
        sa.Column("is_default", types.flag(), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_pipelines_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_pipelines"),
    )
    op.create_index("ix_pipelines_created_at", "pipelines", ["business_id", "created_at", "id"])
    op.create_index("ix_pipelines_name_key", "pipelines", ["business_id", "name_key", "id"])
    op.create_index("ix_pipelines_position", "pipelines", ["business_id", "position", "id"])
    op.create_index("ix_pipelines_updated_at", "pipelines", ["business_id", "updated_at", "id"])


def _stages() -> None:
    op.create_table(
        "stages",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("pipeline_id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("type", types.text(), nullable=False),
        sa.Column("probability", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "pipeline_id"], ["pipelines.business_id", "pipelines.id"], name="fk_stages_pipeline_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_stages"),
        sa.UniqueConstraint(
            "business_id", "pipeline_id", "position", name="uq_stages_business_id_pipeline_id_position"
        ),
    )


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("name_key", types.text(), nullable=False),
        sa.Column("value", types.cents(), nullable=False),
        sa.Column("currency", types.text(), nullable=False),
        sa.Column("currency_key", types.text(), nullable=False),
        sa.Column("pipeline_id", types.text(), nullable=False),
        sa.Column("stage_id", types.text(), nullable=False),
        sa.Column("status", types.text(), nullable=False),
        sa.Column("probability", sa.BigInteger, nullable=False),
        sa.Column("contact_id", types.text()),
        sa.Column("company_id", types.text()),
        sa.Column("owner_id", types.text()),
        sa.Column("expected_close_date", types.day()),
        sa.Column("closed_at", types.moment()),
        sa.Column("stage_changed_at", types.moment(), nullable=False),
        sa.Column("lost_reason", types.text()),
        sa.Column("lost_reason_key", types.text()),
        sa.Column("source", types.text()),
        sa.Column("source_key", types.text()),
        sa.Column("tags", types.texts(), nullable=False),
        sa.Column("tags_key", types.texts(), nullable=False),
        sa.Column("description", types.text()),
        sa.Column("description_key", types.text()),
        sa.Column("custom_fields", types.json(), nullable=False),
        sa.Column("custom_keys", types.json(), nullable=False),
        sa.Column("words", types.words(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("updated_at", types.moment(), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "company_id"], ["companies.business_id", "companies.id"], name="fk_deals_company_id"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "contact_id"], ["contacts.business_id", "contacts.id"], name="fk_deals_contact_id"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "owner_id"], ["users.business_id", "users.id"], name="fk_deals_owner_id"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "pipeline_id"], ["pipelines.business_id", "pipelines.id"], name="fk_deals_pipeline_id"
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "stage_id"], ["stages.business_id", "stages.id"], name="fk_deals_stage_id"
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_deals_business"),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_deals"),
    )
    op.create_index("ix_deals_company_id", "deals", ["business_id", "company_id", "created_at", "id"])
    op.create_index("ix_deals_contact_id", "deals", ["business_id", "contact_id", "created_at", "id"])
    op.create_index("ix_deals_created_at", "deals", ["business_id", "created_at", "id"])
    op.create_index("ix_deals_expected_close_date", "deals", ["business_id", "expected_close_date", "id"])
    op.create_index("ix_deals_name_key", "deals", ["business_id", "name_key", "id"])
    op.create_index("ix_deals_owner_id", "deals", ["business_id", "owner_id", "created_at", "id"])
    op.create_index("ix_deals_pipeline_id", "deals", ["business_id", "pipeline_id", "created_at", "id"])
    op.create_index("ix_deals_stage_id", "deals", ["business_id", "stage_id", "created_at", "id"])
    op.create_index("ix_deals_updated_at", "deals", ["business_id", "updated_at", "id"])
    op.create_index("ix_deals_value", "deals", ["business_id", "value", "id"])
