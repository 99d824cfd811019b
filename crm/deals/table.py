"""Where deals are kept."""

import sqlalchemy as sa

from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, STAGE, USER
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

deals = record_table(
    DEAL,
    *keyed("name", nullable=False),
    sa.Column("value", types.cents(), nullable=False),
    *keyed("currency", nullable=False),
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
    *keyed("lost_reason"),
    *keyed("source"),
    *tag_columns(),
    *keyed("description"),
    *custom_columns(),
    words_column(),
    *link(DEAL, "pipeline_id", PIPELINE),
    *link(DEAL, "stage_id", STAGE),
    *link(DEAL, "contact_id", CONTACT),
    *link(DEAL, "company_id", COMPANY),
    *link(DEAL, "owner_id", USER),
    *sorted_by(DEAL, "name_key", "value", "expected_close_date"),
    words_index(DEAL),
)
