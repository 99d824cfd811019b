"""Where contacts are kept."""

import sqlalchemy as sa

from crm.resources import COMPANY, CONTACT, USER
from crm.storage import types
from crm.storage.metadata import (
    custom_columns,
    keyed,
    link,
    record_table,
    sorted_by,
    tag_columns,
    words_column,
    words_index,
)

contacts = record_table(
    CONTACT,
    *keyed("first_name"),
    *keyed("last_name"),
    *keyed("name", nullable=False),
    *keyed("email"),
    sa.Column("phone", types.text()),
    sa.Column("company_id", types.text()),
    *keyed("job_title"),
    *tag_columns(),
    sa.Column("lead_score", sa.BigInteger, nullable=False),
    sa.Column("last_contacted_at", types.moment()),
    *keyed("source"),
    sa.Column("owner_id", types.text()),
    sa.Column("address", types.json()),
    *keyed("website"),
    *keyed("timezone"),
    sa.Column("date_of_birth", types.day()),
    sa.Column("do_not_contact", types.flag(), nullable=False),
    sa.Column("lifecycle_stage", types.text(), nullable=False),
    *custom_columns(),
    words_column(),
    *link(CONTACT, "company_id", COMPANY),
    *link(CONTACT, "owner_id", USER),
    *sorted_by(CONTACT, "name_key", "lead_score", "last_contacted_at", "email_key", "phone"),
    words_index(CONTACT),
)
