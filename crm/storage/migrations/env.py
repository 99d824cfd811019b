"""Runs the revisions over the connection it is given; `crm.storage.opening` opens it and holds the transaction."""

from alembic import context

from crm.storage.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
