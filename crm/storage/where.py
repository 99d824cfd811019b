"""Everything a record must meet to be seen, as a shape and its parameters: tenant, visibility, conditions, words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.access.principal import Principal
from crm.access.roles import Reach
from crm.access.visibility import WHOLE, Visibility
from crm.kit import fields
from crm.kit.fields import PublicField
from crm.kit.filters import CUSTOM, Condition
from crm.resources import Resource
from crm.storage import expressions, types

Column = sa.ColumnElement[Any]

_LIMITED: tuple[Reach, ...] = ("own", "team", "none")


@dataclass(frozen=True, eq=False)
class Source:
    """What a WHERE is lowered over: the table, the columns there that hold a record's users, for each link column the
    table it leads to and the user columns there, and for each member filter its column and how that is joined.
    """

    table: sa.Table
    owners: Sequence[str]
    links: Mapping[str, tuple[sa.Table, Sequence[str]]]
    members: Mapping[str, tuple[Column, Column]]


@dataclass(frozen=True, slots=True)
class Test:
    """The shape of one condition; its values are parameters named for `index`."""

    index: int
    field: PublicField
    operator: str


@dataclass(frozen=True, slots=True)
class Where:
    """The shape of a WHERE: what is visible of it, what it tests, whether it looks for words."""

    visibility: Visibility = WHOLE
    tests: tuple[Test, ...] = ()
    words: bool = False

    @property
    def owned(self) -> bool:
        """Whether it hangs on users what is visible."""
        return self.visibility.reach != "all"


EVERYTHING = Where()


def asked(
    principal: Principal,
    visibility: Visibility,
    resource: Resource,
    conditions: Sequence[Condition] = (),
    words: Sequence[str] = (),
) -> tuple[Where, dict[str, Any]]:
    """What a principal may see of what was asked for: the shape, and its parameters."""
    parameters: dict[str, Any] = {"business_id": principal.business_id}
    if visibility is WHOLE and not conditions and not words:
        return EVERYTHING, parameters
    for reach in {visibility.reach, *(reach for _, reach in visibility.linked)} - {"all"}:
        parameters[_users(reach)] = sorted(principal.users(reach))
    for index, condition in enumerate(conditions):
        parameters |= _values(index, condition)
    if words:
        parameters["words"] = (tenant_word(resource, principal.business_id), *words)
    tests = tuple(Test(index, each.field, each.operator) for index, each in enumerate(conditions))
    return Where(visibility, tests, bool(words)), parameters


def anyones(principal: Principal) -> dict[str, Any]:
    """The parameters of whatever this principal may see, of any resource."""
    return {_users(reach): sorted(principal.users(reach)) for reach in _LIMITED}


def _users(reach: Reach) -> str:
    """The parameter that holds whose records a reach covers: one for all resources."""
    return f"owners_{reach}"


def tenant_word(resource: Resource, business_id: str) -> str:
    """The tenant as a word no search can begin: it starts with what no word of ours holds."""
    return f"__{resource.prefix}_{business_id}"


def lowered(source: Source, where: Where) -> Column:
    """The WHERE of one shape over one table."""
    table = source.table
    parts: list[Column] = [table.c.business_id == tenant()]
    if where.owned:
        parts.append(visible(table, source, where.visibility))
    if where.words:
        query = sa.bindparam("words", type_=types.query())
        parts.append(expressions.matches_words(table.c.words, table.c.id, tenant(), query))
    parts.extend(_test(source, each) for each in where.tests)
    return sa.and_(*parts)


def tenant() -> sa.BindParameter[str]:
    return sa.bindparam("business_id", type_=types.text())


def visible(rows: sa.FromClause, source: Source, visibility: Visibility) -> Column:
    """Mine or my team's, or hanging on something I may see: of the source's table, or of rows taken from it."""
    ways = [_owned_by(rows, source.owners, visibility.reach)]
    for column, reach in visibility.linked:
        if reach == "all":
            ways.append(rows.c[column].is_not(None))
        else:
            ids = linked(source, column, reach)
            ways.append(sa.exists(ids.where(ids.selected_columns.id == rows.c[column])))
    return sa.or_(*ways)


def linked(source: Source, column: str, reach: Reach) -> sa.Select[Any]:
    """The ids of the records I may see at the far end of a link that does not show everyone's."""
    there, owners = source.links[column]
    target = there.alias()
    return sa.select(target.c.id).where(target.c.business_id == tenant(), _owned_by(target, owners, reach))


def users(reach: Reach) -> sa.BindParameter[Any]:
    """Whose records a reach covers."""
    return sa.bindparam(_users(reach), type_=types.many(types.text()))


def _owned_by(table: sa.FromClause, columns: Sequence[str], reach: Reach) -> Column:
    mine = expressions.unseen(users(reach))
    return sa.or_(*(expressions.one_of(table.c[column], mine) for column in columns))


def sorted_by(table: sa.Table, field: PublicField) -> sa.Column[Any]:
    """The column a field sorts by: its key (folded text, an enum's rank) where it has one."""
    key = f"{field.name}_key"
    return table.c[key] if key in table.c else table.c[field.name]


def compared(table: sa.Table, field: PublicField) -> Column:
    """The column a field is compared by: an enum by its word, whatever it ranks by."""
    return table.c[field.name] if field.kind is fields.ENUM else sorted_by(table, field)


def _test(source: Source, test: Test) -> Column:
    meets = _OPERATORS[test.operator]
    if test.field.name in source.members:
        held, joined = source.members[test.field.name]
        return sa.exists(sa.select(sa.literal_column("1")).where(joined, meets(held, test)).correlate(source.table))
    if test.field.name.startswith(CUSTOM):
        return meets(_custom(source.table, test), test)
    return meets(compared(source.table, test.field), test)


_CUSTOM: dict[fields.Kind, Any] = {
    fields.TEXT: expressions.json_text,
    fields.DATE: expressions.json_text,
    fields.NUMBER: expressions.json_number,
    fields.BOOLEAN: expressions.json_flag,
}


def _custom(table: sa.Table, test: Test) -> Column:
    slug = sa.bindparam(f"slug{test.index}", type_=types.text())
    taken: Column = _CUSTOM[test.field.kind](table.c.custom_keys, slug)
    return taken


def _value(column: Column, test: Test, which: int = 0) -> sa.BindParameter[Any]:
    return sa.bindparam(f"value{test.index}_{which}", type_=column.type)


def _many(column: Column, test: Test) -> sa.BindParameter[Any]:
    return sa.bindparam(f"value{test.index}_0", type_=types.many(column.type))


def _exists(column: Column, test: Test) -> Column:
    return expressions.is_filled(column) if test.field.kind is fields.TAGS else column.is_not(None)


def _contains(column: Column, test: Test) -> Column:
    if test.field.kind is fields.TAGS:
        return expressions.has_tag(column, sa.bindparam(f"value{test.index}_0", type_=sa.Text()))
    return expressions.has_text(column, _value(column, test))


def _or_absent(column: Column, condition: Column) -> Column:
    return sa.or_(column.is_(None), sa.not_(condition))


_OPERATORS: dict[str, Callable[[Column, Test], Column]] = {
    "eq": lambda column, test: column == _value(column, test),
    "neq": lambda column, test: sa.or_(column.is_(None), column != _value(column, test)),
    "gt": lambda column, test: column > _value(column, test),
    "gte": lambda column, test: column >= _value(column, test),
    "lt": lambda column, test: column < _value(column, test),
    "lte": lambda column, test: column <= _value(column, test),
    "between": lambda column, test: sa.and_(column >= _value(column, test), column <= _value(column, test, 1)),
    "in": lambda column, test: expressions.one_of(column, _many(column, test)),
    "not_in": lambda column, test: _or_absent(column, expressions.one_of(column, _many(column, test))),
    "contains": _contains,
    "not_contains": lambda column, test: _or_absent(column, _contains(column, test)),
    "starts_with": lambda column, test: expressions.begins_with(column, _value(column, test)),
    "exists": _exists,
    "not_exists": lambda column, test: sa.not_(_exists(column, test)),
}


def _values(index: int, condition: Condition) -> dict[str, Any]:
    values = [_stored(condition.field, each) for each in condition.values]
    if condition.operator in ("in", "not_in"):
        parameters: dict[str, Any] = {f"value{index}_0": values}
    else:
        parameters = {f"value{index}_{which}": value for which, value in enumerate(values)}
    if condition.field.name.startswith(CUSTOM):
        parameters[f"slug{index}"] = condition.field.name.removeprefix(CUSTOM)
    return parameters


def _stored(field: PublicField, value: Any) -> Any:
    """Custom dates live in JSON, as text."""
    return value.isoformat() if field.kind is fields.DATE and field.name.startswith(CUSTOM) else value
