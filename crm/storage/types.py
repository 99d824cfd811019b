"""Column types whose values are the house's own: how each is kept, written and read on either database.

Statements run through the drivers themselves, so these say all there is to say about conversion: PostgreSQL's driver
already speaks datetimes, dates, booleans and arrays; SQLite keeps them as text and integers.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

from crm.kit import values

Processor = Callable[[Any], Any]


class _Converted(UserDefinedType[Any]):
    """A column type with its conversions beside it; None stays None."""

    cache_ok = True
    spelled = "TEXT"

    def get_col_spec(self, **_: object) -> str:
        return self.spelled

    def bind_processor(self, dialect: sa.Dialect) -> Processor | None:  # noqa: ARG002  SQLAlchemy's signature
        return _unless_none(self.write)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:  # noqa: ARG002  SQLAlchemy's signature
        return _unless_none(self.read)

    def write(self, value: Any) -> Any:
        return value

    def read(self, value: Any) -> Any:
        return value


def _unless_none(convert: Processor) -> Processor:
    return lambda value: None if value is None else convert(value)


class _MomentText(_Converted):
    def write(self, value: datetime) -> str:
        return str(values.wire(value))

    def read(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


class _DayText(_Converted):
    def write(self, value: date) -> str:
        return value.isoformat()

    def read(self, value: str) -> date:
        return date.fromisoformat(value)


class _FlagInteger(_Converted):
    spelled = "INTEGER"

    def write(self, value: bool) -> int:
        return int(value)

    def read(self, value: int) -> bool:
        return bool(value)


class _JsonText(_Converted):
    def write(self, value: Any) -> str:
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()

    def read(self, value: str) -> Any:
        return orjson.loads(value)


class _JsonB(_JsonText):
    spelled = "JSONB"


class _Positioned(_JsonText):
    """An array of objects, in the order of their `position`; the two databases aggregate in no sure order."""

    def read(self, value: str) -> Any:
        return sorted(orjson.loads(value), key=lambda each: each["position"])


class _Cents(_Converted):
    """Whole hundredths; written as such, read as the JSON number they say."""

    spelled = "BIGINT"

    def bind_processor(self, dialect: sa.Dialect) -> None:  # noqa: ARG002  SQLAlchemy's signature
        return None

    def read(self, value: int) -> int | float:
        return values.money(value)


class _WordsText(_Converted):
    """SQLite's copy of a record's words; the triggers of its migration keep the full-text index beside it."""

    def write(self, value: list[str]) -> str:
        return " ".join(fts_word(each) for each in value)


class _WordsVector(_Converted):
    spelled = "TSVECTOR"

    def bind_processor(self, dialect: sa.Dialect) -> None:  # noqa: ARG002  SQLAlchemy's signature
        return None

    def bind_expression(self, bindvalue: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        return sa.func.array_to_tsvector(sa.cast(bindvalue, postgresql.ARRAY(sa.Text)))


def fts_word(word: str) -> str:
    """A word as SQLite's ASCII tokenizer keeps it whole: every other character as `_` and four base-36 digits.

    The width is fixed, so a prefix of a word is a prefix of its spelling, in any script and any Unicode version.
    """
    return "".join(each if each.isascii() else f"_{_base36(ord(each))}" for each in word)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


class _Rows(_Converted):
    """Rows of a subquery within a row, each a list of values with their own conversions.

    PostgreSQL gives an array of arrays of text, in their order: measured, its driver takes half as long for these as
    for records. SQLite gives a JSON array of arrays that end with their place.
    """

    def __init__(self, kinds: Sequence[TypeEngine[Any]]) -> None:
        self.kinds = kinds

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:  # noqa: ARG002  SQLAlchemy's signature
        if dialect.name == "postgresql":
            return self.converted(from_text)
        convert = self.converted(lambda kind: kind.dialect_impl(dialect).result_processor(dialect, None))
        return lambda text: convert(sorted(orjson.loads(text), key=itemgetter(-1)))

    def converted(self, reader: Callable[[TypeEngine[Any]], Processor | None]) -> Processor:
        """What reads such rows in place, given what reads one value."""
        readers = [(place, read) for place, kind in enumerate(self.kinds) if (read := reader(kind))]

        def convert(rows: list[list[Any]]) -> list[list[Any]]:
            for place, read in readers:
                for row in rows:
                    if (value := row[place]) is not None:
                        row[place] = read(value)
            return rows

        return convert


_TEXTS: tuple[tuple[type[TypeEngine[Any]], Processor | None], ...] = (
    (sa.Text, None),
    (_Cents, lambda text: values.money(int(text))),
    (sa.Integer, int),
    (sa.Boolean, lambda text: bool(text == "true")),
    (sa.DateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (_JsonB, orjson.loads),
    (postgresql.ARRAY, orjson.loads),
)


def as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A value as PostgreSQL writes it; arrays as JSON."""
    if isinstance(column.type, sa.Text):
        return column
    if isinstance(column.type, postgresql.ARRAY | _Rows):
        return sa.cast(sa.func.array_to_json(column), sa.Text)
    return sa.cast(column, sa.Text)


def from_text(kind: TypeEngine[Any]) -> Processor | None:
    """What reads a value that was written so."""
    if isinstance(kind, _Rows):
        convert = kind.converted(from_text)
        return lambda text: convert(orjson.loads(text))
    return next(read for known, read in _TEXTS if isinstance(kind, known))


def text() -> TypeEngine[Any]:
    """Text compared byte by byte on both databases."""
    return sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def moment() -> TypeEngine[Any]:
    return sa.DateTime(timezone=True).with_variant(_MomentText(), "sqlite")


def day() -> TypeEngine[Any]:
    return sa.Date().with_variant(_DayText(), "sqlite")


def flag() -> TypeEngine[Any]:
    return sa.Boolean().with_variant(_FlagInteger(), "sqlite")


def json() -> TypeEngine[Any]:
    return _JsonB().with_variant(_JsonText(), "sqlite")


def texts() -> TypeEngine[Any]:
    return postgresql.ARRAY(sa.Text).with_variant(_JsonText(), "sqlite")


def cents() -> TypeEngine[Any]:
    return _Cents()


def words() -> TypeEngine[Any]:
    return _WordsVector().with_variant(_WordsText(), "sqlite")


def many(element: TypeEngine[Any]) -> TypeEngine[Any]:
    """Many values of one column's type as a single parameter: an array, or a JSON array."""
    return postgresql.ARRAY(element).with_variant(_ManyText(element), "sqlite")


class _ManyText(_Converted):
    def __init__(self, element: TypeEngine[Any]) -> None:
        self.element = element

    def bind_processor(self, dialect: sa.Dialect) -> Processor:
        write = self.element.dialect_impl(dialect).bind_processor(dialect)
        return lambda values: orjson.dumps([write(each) for each in values] if write else list(values)).decode()


class _Query(_Converted):
    """A full-text question: the first word is the tenant's own, whole; every other may be the start of a word."""

    def get_col_spec(self, **_: object) -> str:
        return "TEXT"

    def bind_processor(self, dialect: sa.Dialect) -> Processor:
        return _fts_query if dialect.name == "sqlite" else _ts_query


def _fts_query(words: tuple[str, ...]) -> str:
    return " AND ".join([f'"{words[0]}"', *(f'"{fts_word(each)}"*' for each in words[1:])])


def _ts_query(words: tuple[str, ...]) -> str:
    return " & ".join([f"'{words[0]}'", *(f"'{each}':*" for each in words[1:])])


def positioned() -> TypeEngine[Any]:
    return _Positioned()


def query() -> TypeEngine[Any]:
    return _Query()


def rows(kinds: Sequence[TypeEngine[Any]]) -> TypeEngine[Any]:
    """Rows within a row, of values of these types."""
    return _Rows(kinds)
