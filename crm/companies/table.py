"""Where companies are kept."""

import sqlalchemy as sa

from crm.resources import COMPANY, USER
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

companies = record_table(
    COMPANY,
    *keyed("name", nullable=False),
    *keyed("domain"),
    *keyed("website"),
    sa.Column("phone", types.text()),
    *keyed("email"),
    *keyed("description"),
    *keyed("industry"),
    sa.Column("annual_revenue", types.cents()),
    sa.Column("employee_count", sa.BigInteger),
    sa.Column("address", types.json()),
    sa.Column("owner_id", types.text()),
    *tag_columns(),
    *custom_columns(),
    words_column(),
    *link(COMPANY, "owner_id", USER),
    *sorted_by(COMPANY, "name_key"),
    words_index(COMPANY),
)
