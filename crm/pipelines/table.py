"""Where pipelines and stages are kept. The default pipeline is the one at position 0."""

import sqlalchemy as sa

from crm.resources import PIPELINE, STAGE
from crm.storage import types
from crm.storage.metadata import METADATA, keyed, record_table, sorted_by, words_column, words_index

pipelines = record_table(
    PIPELINE,
    *keyed("name", nullable=False),
    sa.Column("is_default", types.flag(), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    words_column(),
    *sorted_by(PIPELINE, "name_key", "position"),
    words_index(PIPELINE),
)

stages = sa.Table(
    STAGE.plural,
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("id", types.text(), nullable=False),
    sa.Column("pipeline_id", types.text(), nullable=False),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("type", types.text(), nullable=False),
    sa.Column("probability", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("business_id", "id"),
    sa.ForeignKeyConstraint(
        ["business_id", "pipeline_id"],
        ["pipelines.business_id", "pipelines.id"],
        name="fk_stages_pipeline_id",
    ),
    sa.UniqueConstraint("business_id", "pipeline_id", "position"),
)
