"""Statements by shape: built with SQLAlchemy Core once, compiled once for each database, run as text and a tuple.

A shape is a builder and its hashable arguments; everything that differs from call to call is a named parameter.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

from crm.storage.types import Processor

P = ParamSpec("P")
Built = sa.sql.expression.ClauseElement

MAX_SHAPES = 2_048


@dataclass(frozen=True, slots=True)
class Dialect:
    """A database's way of speaking, for the few builders that must know."""

    name: str
    sqlalchemy: sa.Dialect


POSTGRES = Dialect("postgresql", asyncpg.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped
SQLITE = Dialect("sqlite", pysqlite.dialect(paramstyle="qmark"))


@dataclass(frozen=True, slots=True)
class Shape:
    """A statement not yet compiled: which builder, with which arguments; `spoken` where it must know the dialect."""

    build: Callable[..., Built]
    arguments: tuple[Any, ...]
    spoken: bool = False


def shaped(build: Callable[P, Built]) -> Callable[P, Shape]:
    """Make a statement builder give shapes: calling it builds nothing, the database that runs it does, once."""

    @wraps(build)
    def shape(*args: P.args, **kwargs: P.kwargs) -> Shape:
        return Shape(build, (*args, *kwargs.values()))

    return shape


def spoken(build: Callable[Concatenate[Dialect, P], Built]) -> Callable[P, Shape]:
    """The same for a builder whose SQL takes another form on each database: it is told the dialect first."""

    @wraps(build)
    def shape(*args: P.args, **kwargs: P.kwargs) -> Shape:
        return Shape(build, (*args, *kwargs.values()), spoken=True)

    return shape


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text, how to put its parameters, and how to read its columns."""

    sql: str
    parameters: tuple[tuple[str, Any, Processor | None], ...]
    columns: tuple[str, ...]
    readers: tuple[tuple[str, Processor], ...]

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's order; what is not given falls back to the value it was built with."""
        values = []
        for name, built_in, write in self.parameters:
            value = given.get(name, built_in)
            values.append(value if write is None else write(value))
        return values

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """A fetched row with its values as the house has them; changes it in place."""
        for name, reader in self.readers:
            row[name] = reader(row[name])
        return row


class Statements:
    """The compiled statements of one database; the least used are forgotten, so that no client can fill memory."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: OrderedDict[Shape, Statement] = OrderedDict()

    def of(self, shape: Shape) -> Statement:
        statement = self._known.get(shape)
        if statement is None:
            statement = self._known[shape] = compiled(shape, self._dialect)
            if len(self._known) > MAX_SHAPES:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(shape)
        return statement


def compiled(shape: Shape, dialect: Dialect) -> Statement:
    """The statement a shape says, in one database's SQL."""
    built = shape.build(dialect, *shape.arguments) if shape.spoken else shape.build(*shape.arguments)
    text = built.compile(dialect=dialect.sqlalchemy)
    assert isinstance(text, SQLCompiler)  # noqa: S101  what a ClauseElement compiles to; the type is wider
    names = text.positiontup or ()
    columns = tuple(built.exported_columns) if isinstance(built, sa.SelectBase | sa.sql.dml.UpdateBase) else ()
    return Statement(
        sql=str(text),
        parameters=tuple(
            (
                name,
                text.binds[name].effective_value,
                _implementation(text.binds[name].type, dialect).bind_processor(dialect.sqlalchemy),
            )
            for name in names
        ),
        columns=tuple(column.name for column in columns),
        readers=tuple(
            (column.name, reader)
            for column in columns
            if (reader := _implementation(column.type, dialect).result_processor(dialect.sqlalchemy, None))
        ),
    )


def _implementation(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> sa.types.TypeEngine[Any]:
    return kind.dialect_impl(dialect.sqlalchemy)
