"""The full-text side of a table with a `words` column, as the migrations make and unmake it.

PostgreSQL indexes the column itself. SQLite has one FTS5 table for all resources, which keeps no copy of the words;
`search_rows` says which record each of its documents is, and triggers keep both in step with the records.
"""

from alembic import op

_SEARCH = (
    """
    CREATE TABLE search_rows (
        doc INTEGER PRIMARY KEY,
        business_id TEXT NOT NULL,
        record_id TEXT NOT NULL,
        CONSTRAINT uq_search_rows_business_id_record_id UNIQUE (business_id, record_id)
    )
    """,
    # `detail=none`: searches ask which records hold a word, never where. `_` belongs to words; see `types.fts_word`.
    """
    CREATE VIRTUAL TABLE search_words USING fts5(
        words, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
    )
    """,
)
_INSERTED = """
    CREATE TRIGGER {table}_words_inserted AFTER INSERT ON {table}
    BEGIN
        INSERT INTO search_rows (business_id, record_id) VALUES (new.business_id, new.id);
        INSERT INTO search_words (rowid, words) SELECT doc, new.words
            FROM search_rows WHERE business_id = new.business_id AND record_id = new.id;
    END
"""
_UPDATED = """
    CREATE TRIGGER {table}_words_updated AFTER UPDATE OF words ON {table} WHEN old.words <> new.words
    BEGIN
        INSERT INTO search_words (search_words, rowid, words) SELECT 'delete', doc, old.words
            FROM search_rows WHERE business_id = old.business_id AND record_id = old.id;
        INSERT INTO search_words (rowid, words) SELECT doc, new.words
            FROM search_rows WHERE business_id = new.business_id AND record_id = new.id;
    END
"""
_DELETED = """
    CREATE TRIGGER {table}_words_deleted AFTER DELETE ON {table}
    BEGIN
        INSERT INTO search_words (search_words, rowid, words) SELECT 'delete', doc, old.words
            FROM search_rows WHERE business_id = old.business_id AND record_id = old.id;
        DELETE FROM search_rows WHERE business_id = old.business_id AND record_id = old.id;
    END
"""
_TRIGGERS = (_INSERTED, _UPDATED, _DELETED)
_FORGET = (
    """
    INSERT INTO search_words (search_words, rowid, words) SELECT 'delete', doc, words
        FROM {table} JOIN search_rows ON search_rows.business_id = {table}.business_id
            AND search_rows.record_id = {table}.id
    """,
    "DELETE FROM search_rows WHERE (business_id, record_id) IN (SELECT business_id, id FROM {table})",
    "DROP TRIGGER {table}_words_inserted",
    "DROP TRIGGER {table}_words_updated",
    "DROP TRIGGER {table}_words_deleted",
)


def create_search() -> None:
    """What all searched tables share. Nothing on PostgreSQL."""
    _on_sqlite(*_SEARCH)


def drop_search() -> None:
    """The opposite."""
    _on_sqlite("DROP TABLE search_words", "DROP TABLE search_rows")


def index_words(table: str) -> None:
    """Make the `words` of a table that is still empty searchable."""
    if _dialect() == "postgresql":
        op.create_index(f"ix_{table}_words", table, ["words"], postgresql_using="gin")
    _on_sqlite(*(each.format(table=table) for each in _TRIGGERS))


def forget_words(table: str) -> None:
    """The opposite, before the table is dropped."""
    if _dialect() == "postgresql":
        op.drop_index(f"ix_{table}_words", table)
    _on_sqlite(*(each.format(table=table) for each in _FORGET))


def _on_sqlite(*statements: str) -> None:
    if _dialect() == "sqlite":
        for statement in statements:
            op.execute(statement)


def _dialect() -> str:
    return op.get_context().dialect.name
