"""Where notes are kept."""

import sqlalchemy as sa

from crm.resources import COMPANY, CONTACT, DEAL, NOTE, USER
from crm.storage import types
from crm.storage.metadata import keyed, link, record_table, words_column, words_index

notes = record_table(
    NOTE,
    *keyed("body", nullable=False),
    sa.Column("contact_id", types.text()),
    sa.Column("company_id", types.text()),
    sa.Column("deal_id", types.text()),
    sa.Column("pinned", types.flag(), nullable=False),
    sa.Column("pinned_at", types.moment()),
    sa.Column("author_id", types.text(), nullable=False),
    words_column(),
    *link(NOTE, "contact_id", CONTACT),
    *link(NOTE, "company_id", COMPANY),
    *link(NOTE, "deal_id", DEAL),
    *link(NOTE, "author_id", USER),
    words_index(NOTE),
)
