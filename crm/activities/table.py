"""Where activities are kept."""

import sqlalchemy as sa

from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, USER
from crm.storage import types
from crm.storage.metadata import keyed, link, record_table, sorted_by, words_column, words_index

activities = record_table(
    ACTIVITY,
    sa.Column("type", types.text(), nullable=False),
    *keyed("subject"),
    *keyed("body"),
    sa.Column("direction", types.text()),
    sa.Column("occurred_at", types.moment(), nullable=False),
    sa.Column("duration_seconds", sa.BigInteger),
    *keyed("outcome"),
    sa.Column("contact_id", types.text()),
    sa.Column("company_id", types.text()),
    sa.Column("deal_id", types.text()),
    sa.Column("author_id", types.text()),
    sa.Column("metadata", types.json(), nullable=False),
    words_column(),
    *link(ACTIVITY, "contact_id", CONTACT, order="occurred_at"),
    *link(ACTIVITY, "company_id", COMPANY, order="occurred_at"),
    *link(ACTIVITY, "deal_id", DEAL, order="occurred_at"),
    *link(ACTIVITY, "author_id", USER, order="occurred_at"),
    *sorted_by(ACTIVITY, "occurred_at"),
    words_index(ACTIVITY),
)
