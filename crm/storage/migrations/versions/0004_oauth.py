"""What the authorization server keeps: clients, codes, grants and refresh tokens, sessions, signing keys."""

import sqlalchemy as sa
from alembic import op

from crm.storage import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _clients()
    _keys()
    _grants()
    _codes()
    _refresh_tokens()
    _revoked_tokens()
    _sessions()


def downgrade() -> None:
    op.drop_table("oauth_sessions")
    op.drop_table("oauth_revoked_tokens")
    op.drop_table("oauth_refresh_tokens")
    op.drop_table("oauth_codes")
    op.drop_table("oauth_grants")
    op.drop_table("oauth_keys")
    op.drop_table("oauth_clients")


def _clients() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", types.text(), nullable=False),
        sa.Column("business_id", types.text()),
        sa.Column("name", types.text(), nullable=False),
        sa.Column("uri", types.text()),
        sa.Column("redirect_uris", types.json(), nullable=False),
        sa.Column("grant_types", types.json(), nullable=False),
        sa.Column("scopes", types.json()),
        sa.Column("auth_method", types.text(), nullable=False),
        sa.Column("secret_hash", types.text()),
        sa.Column("self_registered", types.flag(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("revoked_at", types.moment()),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_clients"),
    )


def _keys() -> None:
    op.create_table(
        "oauth_keys",
        sa.Column("id", types.text(), nullable=False),
        sa.Column("algorithm", types.text(), nullable=False),
        sa.Column("public", types.json(), nullable=False),
        sa.Column("private", types.text(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("retired_at", types.moment()),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_keys"),
    )


def _grants() -> None:
    op.create_table(
        "oauth_grants",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("id", types.text(), nullable=False),
        sa.Column("user_id", types.text(), nullable=False),
        sa.Column("client_id", types.text(), nullable=False),
        sa.Column("kind", types.text(), nullable=False),
        sa.Column("scopes", types.json(), nullable=False),
        sa.Column("resources", types.json(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("last_used_at", types.moment()),
        sa.Column("revoked_at", types.moment()),
        sa.Column("revoked_for", types.text()),
        sa.ForeignKeyConstraint(
            ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_oauth_grants_user_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name="pk_oauth_grants"),
    )
    op.create_index("ix_oauth_grants_client_id", "oauth_grants", ["business_id", "client_id"])
    op.create_index("ix_oauth_grants_user_id", "oauth_grants", ["business_id", "user_id", "created_at", "id"])


def _codes() -> None:
    op.create_table(
        "oauth_codes",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("hash", types.text(), nullable=False),
        sa.Column("grant_id", types.text(), nullable=False),
        sa.Column("user_id", types.text(), nullable=False),
        sa.Column("client_id", types.text(), nullable=False),
        sa.Column("scopes", types.json(), nullable=False),
        sa.Column("resources", types.json(), nullable=False),
        sa.Column("redirect_uri", types.text(), nullable=False),
        sa.Column("challenge", types.text(), nullable=False),
        sa.Column("expires_at", types.moment(), nullable=False),
        sa.Column("used", types.flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_oauth_codes_user_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "hash", name="pk_oauth_codes"),
    )


def _refresh_tokens() -> None:
    op.create_table(
        "oauth_refresh_tokens",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("hash", types.text(), nullable=False),
        sa.Column("grant_id", types.text(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("expires_at", types.moment(), nullable=False),
        sa.Column("used", types.flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "grant_id"],
            ["oauth_grants.business_id", "oauth_grants.id"],
            name="fk_oauth_refresh_tokens_grant_id",
        ),
        sa.PrimaryKeyConstraint("business_id", "hash", name="pk_oauth_refresh_tokens"),
    )
    op.create_index("ix_oauth_refresh_tokens_grant_id", "oauth_refresh_tokens", ["business_id", "grant_id"])


def _revoked_tokens() -> None:
    op.create_table(
        "oauth_revoked_tokens",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("token_id", types.text(), nullable=False),
        sa.Column("expires_at", types.moment(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "token_id", name="pk_oauth_revoked_tokens"),
    )


def _sessions() -> None:
    op.create_table(
        "oauth_sessions",
        sa.Column("business_id", types.text(), nullable=False),
        sa.Column("hash", types.text(), nullable=False),
        sa.Column("user_id", types.text(), nullable=False),
        sa.Column("password_hash", types.text(), nullable=False),
        sa.Column("created_at", types.moment(), nullable=False),
        sa.Column("expires_at", types.moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_oauth_sessions_user_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "hash", name="pk_oauth_sessions"),
    )
