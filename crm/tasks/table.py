"""Where tasks are kept."""

import sqlalchemy as sa

from crm.resources import COMPANY, CONTACT, DEAL, TASK, USER
from crm.storage import types
from crm.storage.metadata import keyed, link, record_table, sorted_by, tag_columns, words_column, words_index

tasks = record_table(
    TASK,
    *keyed("title", nullable=False),
    *keyed("description"),
    sa.Column("due_at", types.moment()),
    sa.Column("priority", types.text(), nullable=False),
    sa.Column("priority_key", sa.BigInteger, nullable=False),
    sa.Column("type", types.text(), nullable=False),
    sa.Column("completed", types.flag(), nullable=False),
    sa.Column("completed_at", types.moment()),
    sa.Column("assignee_id", types.text()),
    sa.Column("contact_id", types.text()),
    sa.Column("company_id", types.text()),
    sa.Column("deal_id", types.text()),
    sa.Column("created_by_id", types.text(), nullable=False),
    *tag_columns(),
    words_column(),
    *link(TASK, "assignee_id", USER),
    *link(TASK, "contact_id", CONTACT),
    *link(TASK, "company_id", COMPANY),
    *link(TASK, "deal_id", DEAL),
    *link(TASK, "created_by_id", USER),
    *sorted_by(TASK, "due_at", "priority_key"),
    words_index(TASK),
)
