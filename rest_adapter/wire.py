"""Rows as JSON has them: the public fields in the record's order, nested parts likewise, nothing of the house's own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, get_args, get_origin

import orjson
from pydantic import BaseModel

from crm.catalogue import OPERATIONS
from crm.kit.page import Page, Row

Render = Callable[[Any], Any]
Model = type[BaseModel]

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record shows: its fields in order, and how those that have parts are shown."""

    names: tuple[str, ...]
    parts: tuple[tuple[str, Render], ...]

    def shown(self, row: Mapping[str, Any]) -> Row:
        """One row; a field it does not have is unset."""
        made: Row = {name: row.get(name) for name in self.names}
        for name, render in self.parts:
            if made[name] is not None:
                made[name] = render(made[name])
        return made

    def only(self, names: Collection[str] | None) -> "Shape":
        """The same with fewer fields; the id always stays."""
        if names is None:
            return self
        kept = {"id", *names}
        return Shape(
            tuple(name for name in self.names if name in kept),
            tuple(part for part in self.parts if part[0] in kept),
        )


def shape(model: Model) -> Shape:
    """What a record or a part of one shows."""
    return _shape(model)


@cache
def _shape(model: Model) -> Shape:
    renders = {name: _render(info.annotation) for name, info in model.model_fields.items()}
    return Shape(tuple(renders), tuple((name, each) for name, each in renders.items() if each is not None))


def _render(annotation: Any) -> Render | None:
    """How a field's value is shown; None where it is shown as it is."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    one = _model(annotation)
    if one is not None:
        return lambda value: shape(one).shown(value)
    each = _model(get_args(annotation)[0]) if get_origin(annotation) is list else None
    if each is not None:
        return lambda value: [shape(each).shown(item) for item in value]
    return None


def _model(annotation: Any) -> Model | None:
    """The model an annotation names, optional or not."""
    candidates = [each for each in (get_args(annotation) or (annotation,)) if each is not NoneType]
    if get_origin(annotation) not in (list, dict) and len(candidates) == 1:
        return candidates[0] if isinstance(candidates[0], type) and issubclass(candidates[0], BaseModel) else None
    return None


def _records(model: Model) -> dict[str, Model]:
    """The model and the parts of it that are resources of their own, by the resource's name."""
    found: dict[str, Model] = {}
    resource = getattr(model, "resource", None)
    if resource is not None:
        found[resource.singular] = model
    for info in model.model_fields.values():
        for part in (info.annotation, *get_args(info.annotation)):
            inner = _model(part)
            if inner is not None:
                found |= _records(inner)
    return found


RECORDS: Mapping[str, Model] = MappingProxyType(
    {name: model for operation in OPERATIONS.values() for name, model in _records(operation.gives).items()}
)
"""The record of every resource that operations show, by its singular."""


def page(found: Page, rows: list[Row]) -> dict[str, Any]:
    """The list envelope (contract §3) around rows already shown."""
    cursor: dict[str, Any] = {"next": found.next, "has_more": found.has_more}
    if found.cursors:
        cursor["rows"] = found.cursors
    meta: dict[str, Any] = {"cursor": cursor}
    if found.total is not None:
        meta["total"] = found.total
    return {"data": rows, "meta": meta}


def dumps(value: Any) -> bytes:
    """JSON as this API writes it: UTC as `Z`, whole seconds."""
    return orjson.dumps(value, option=_OPTIONS)
