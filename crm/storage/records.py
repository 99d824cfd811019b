"""From a record's public values to the columns that keep it: the one place where what is derived is derived.

Folded keys, the ranks of enums, hundredths, the words that searches look in and the tenant among them all come from
the record's own declaration and the table's columns. Services decide what a record's values are; nothing here does.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from crm.kit import fields
from crm.kit.fields import Kind, PublicField, Record, fields_of
from crm.kit.text import fold, words
from crm.kit.values import read_money
from crm.storage.statement import shaped
from crm.storage.where import tenant_word

FIRST_REVISION = 1

Values = Mapping[str, Any]


def stored(record: type[Record], table: sa.Table, business_id: str, values: Values) -> dict[str, Any]:
    """Every column of a record. `values` are its public ones, and those of columns that are nobody's field.

    What is not given is empty; a revision that is not given is the first. Raises ValueError for a value that no
    column keeps.
    """
    given = {**values, "business_id": business_id, "revision": values.get("revision", FIRST_REVISION)}
    for name, derive in record.derived.items():
        given[name] = derive(given)
    if strangers := given.keys() - set(table.columns.keys()):
        raise ValueError(f"{table.name} keeps no {', '.join(sorted(strangers))}")
    return {column.name: _value(record, column, given) for column in table.columns}


@shaped
def inserted(table: sa.Table) -> sa.Insert:
    """A new row; its parameters are the columns, by name."""
    return sa.insert(table)


def _value(record: type[Record], column: sa.Column[Any], given: Values) -> Any:
    if column.name == "words":
        return [tenant_word(record.resource, given["business_id"]), *_words(record, given)]
    if column.name == "custom_keys":
        return {slug: _folded(value) for slug, value in (given.get("custom_fields") or {}).items()}
    field = fields_of(record).get(column.name.removesuffix("_key"))
    if field is None:
        return given.get(column.name)
    value = given.get(field.name)
    if value is None:
        return None if column.nullable else _EMPTY.get(field.kind, _nothing)()
    convert = _KEPT if column.name == field.name else _KEYS
    return convert.get(field.kind, _as_it_is)(field, value)


def _words(record: type[Record], given: Values) -> list[str]:
    """The words of all the fields that searches look in, each once."""
    return words(" ".join(given[name] for name in record.searched if given.get(name) is not None))


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _nothing() -> None:
    """The database refuses it where it must not be."""


def _as_it_is(field: PublicField, value: Any) -> Any:  # noqa: ARG001  a conversion's signature
    return value


_EMPTY: Mapping[Kind, Callable[[], Any]] = {fields.TAGS: list, fields.OBJECT: dict}
_KEPT: Mapping[Kind, Callable[[PublicField, Any], Any]] = {
    fields.MONEY: lambda _, value: read_money(value),
}
_KEYS: Mapping[Kind, Callable[[PublicField, Any], Any]] = {
    fields.TEXT: lambda _, value: fold(value),
    fields.TAGS: lambda _, value: [fold(each) for each in value],
    fields.ENUM: lambda field, value: field.choices.index(value),
}
