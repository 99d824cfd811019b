"""The few SQL expressions whose spelling the two databases do not share."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from crm.storage import types


class _Condition(GenericFunction[bool]):
    """A function that is a condition as it stands: `… = 1` behind it would hide every index from SQLite."""

    type = sa.Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True


class one_of(_Condition):  # noqa: N801  SQLAlchemy names functions so
    """`one_of(column, many)`: the column's value is among the values of one parameter."""


class unseen(GenericFunction[Any]):  # noqa: N801
    """`unseen(many)`: many values the planner does not look into, so that it plans alike for whoever asks."""

    inherit_cache = True


class has_text(_Condition):  # noqa: N801
    """`has_text(column, part)`: the part stands somewhere in the text, character by character."""


class begins_with(_Condition):  # noqa: N801
    """`begins_with(column, part)`: the text starts with the part."""


class has_tag(_Condition):  # noqa: N801
    """`has_tag(column, tag)`: the list holds the tag."""


class is_filled(_Condition):  # noqa: N801
    """`is_filled(column)`: the list holds anything at all."""


class matches_words(_Condition):  # noqa: N801
    """`matches_words(words, id, business_id, query)`: every word of the query begins some word of the record."""


class json_text(GenericFunction[str]):  # noqa: N801
    """`json_text(column, member)`: a member's text, compared byte by byte; NULL for anything but text."""

    type = sa.Text()
    inherit_cache = True


class json_number(GenericFunction[float]):  # noqa: N801
    type = sa.Float()
    inherit_cache = True


class json_flag(GenericFunction[bool]):  # noqa: N801
    type = sa.Boolean()
    inherit_cache = True


class json_rows(GenericFunction[Any]):  # noqa: N801
    """`json_rows("name", column, …)`: the rows of a subquery as objects in one array, by their `position`."""

    type = types.positioned()
    inherit_cache = True


def _arguments(element: sa.sql.functions.FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    return [compiler.process(each, **kw) for each in element.clauses]


def _listed(function: str) -> Any:
    def write(element: sa.sql.functions.FunctionElement[Any], compiler: Any, **kw: Any) -> str:
        return function.format(", ".join(_arguments(element, compiler, **kw)))

    return write


def _spelled(function: type[GenericFunction[Any]], dialect: str, pattern: str) -> None:
    """Teach one dialect how `function` is written: `{0}`, `{1}` are its arguments."""

    @compiles(function, dialect)
    def write(element: sa.sql.functions.FunctionElement[Any], compiler: Any, **kw: Any) -> str:
        return pattern.format(*_arguments(element, compiler, **kw))


_spelled(one_of, "postgresql", "{0} = ANY ({1})")
_spelled(one_of, "sqlite", "{0} IN (SELECT value FROM json_each({1}))")
_spelled(unseen, "postgresql", "CAST((SELECT {0}) AS TEXT[])")
_spelled(unseen, "sqlite", "{0}")
_spelled(has_text, "postgresql", "strpos({0}, {1}) > 0")
_spelled(has_text, "sqlite", "instr({0}, {1}) > 0")
_spelled(begins_with, "postgresql", "starts_with({0}, {1})")
_spelled(begins_with, "sqlite", "instr({0}, {1}) = 1")
_spelled(has_tag, "postgresql", "{0} @> ARRAY[{1}]::text[]")
_spelled(has_tag, "sqlite", "EXISTS (SELECT 1 FROM json_each({0}) WHERE value = {1})")
_spelled(is_filled, "postgresql", "cardinality({0}) > 0")
_spelled(is_filled, "sqlite", "json_array_length({0}) > 0")
_spelled(matches_words, "postgresql", "{0} @@ {3}::tsquery")
_spelled(
    matches_words,
    "sqlite",
    "{1} IN (SELECT search_rows.record_id FROM search_words JOIN search_rows ON search_rows.doc = search_words.rowid"
    " WHERE search_words MATCH {3} AND search_rows.business_id = {2})",
)
_spelled(
    json_text,
    "postgresql",
    """(CASE WHEN jsonb_typeof({0} -> {1}) = 'string' THEN {0} ->> {1} END) COLLATE "C\"""",
)
_spelled(
    json_text,
    "sqlite",
    "(CASE WHEN json_type({0}, '$.' || {1}) = 'text' THEN json_extract({0}, '$.' || {1}) END)",
)
_spelled(
    json_number,
    "postgresql",
    "(CASE WHEN jsonb_typeof({0} -> {1}) = 'number' THEN ({0} ->> {1})::float8 END)",
)
_spelled(
    json_number,
    "sqlite",
    "(CASE WHEN json_type({0}, '$.' || {1}) IN ('integer', 'real') THEN json_extract({0}, '$.' || {1}) END)",
)
_spelled(
    json_flag,
    "postgresql",
    "(CASE WHEN jsonb_typeof({0} -> {1}) = 'boolean' THEN ({0} ->> {1})::boolean END)",
)
_spelled(
    json_flag,
    "sqlite",
    "(CASE json_type({0}, '$.' || {1}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)",
)
compiles(json_rows, "postgresql")(_listed("coalesce(json_agg(json_build_object({0})), '[]')"))
compiles(json_rows, "sqlite")(_listed("json_group_array(json_object({0}))"))
