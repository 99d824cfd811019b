"""The client that the reference page signs in as: the installation's own, and so without anyone's registration."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO oauth_clients (id, name, redirect_uris, grant_types, auth_method, self_registered, created_at) "
        "VALUES ('app_000000000000000000000001', 'API reference', '[\"/docs\"]', '[\"authorization_code\"]', 'none', "
        "false, '2026-06-01T00:00:00Z')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM oauth_clients WHERE id = 'app_000000000000000000000001'")
