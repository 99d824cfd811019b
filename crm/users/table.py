"""Where users are kept."""

import sqlalchemy as sa

from crm.resources import USER
from crm.storage import types
from crm.storage.metadata import keyed, record_table, sorted_by, words_column, words_index

users = record_table(
    USER,
    *keyed("name", nullable=False),
    *keyed("email", nullable=False),
    *keyed("team"),
    sa.Column("role", types.text(), nullable=False),
    sa.Column("password_hash", types.text()),
    words_column(),
    sa.ForeignKeyConstraint(["business_id", "role"], ["roles.business_id", "roles.name"], name="fk_users_role"),
    sa.UniqueConstraint("business_id", "email_key"),
    sa.Index("ix_users_team", "business_id", "team_key"),
    *sorted_by(USER, "name_key"),
    words_index(USER),
)
