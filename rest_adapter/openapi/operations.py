"""One binding as an OpenAPI operation: what it takes, what it answers, who may run it."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.kit.commands import Command
from crm.kit.fields import Record
from crm.kit.page import Searchable
from crm.operation import Operation
from crm.reading import Selectable
from crm.resources import ALL, Resource
from rest_adapter.binding import Binding
from rest_adapter.openapi import examples, headers, lists, refusals
from rest_adapter.openapi.schemas import Schema, Schemas, id_schema

_JSON = "application/json"
ACCOUNT = "account"
"""The tag of what is about the caller itself."""

_SAID: Mapping[str, str] = {
    "read": "What the caller may not see is not found. `include` brings related records along, `fields` shows fewer.",
    "search": "Finds what the caller may see, a page at a time. Any condition, word and order may be combined; "
    "the cursor continues the list whatever is written meanwhile.",
    "create": "With an `Idempotency-Key`, a request that is sent again answers as it did the first time and makes "
    "nothing new.",
    "update": "What is not sent stays, `null` clears, arrays replace. With `If-Match`, only the version it names is "
    "changed.",
    "delete": "Gone from everywhere; what hung on it is let go. With `If-Match`, only the version it names goes.",
}
"""What is true of every operation of a verb."""


def tag_of(binding: Binding) -> str:
    """The resource an operation is named for."""
    first = binding.operation.name.partition(".")[0]
    return first if first in {each.plural for each in ALL} else ACCOUNT


def described(binding: Binding, every: Iterable[Binding], schemas: Schemas) -> Schema:
    """The operation object. `every` binding may be where its answer leads on to."""
    operation = binding.operation
    refused = {str(kind.status): _refusal(refusals.component(kind)) for kind in refusals.of_binding(binding)}
    made: Schema = {
        "operationId": binding.name,
        "summary": operation.summary if binding.named is None else f"{operation.summary}: {_shown(binding)}",
        "description": _description(binding),
        "tags": [tag_of(binding)],
        "security": security(operation.scope),
        "parameters": [*_path(operation), *_query(binding, schemas), *headers.parameters(binding)],
        **_body(binding, schemas),
        "responses": {**_answers(binding, every, schemas), **refused},
    }
    if operation.may is not None:
        made["x-permission"] = operation.may.name
    if isinstance(operation.takes, Searchable):
        made["x-filterable"] = {name: list(each.kind.operators) for name, each in operation.takes.filterable.items()}
        made["x-sortable"] = list(operation.takes.sortable)
    return made


def security(scope: str | None) -> list[Schema]:
    """Either kind of token will do, with the scope where one is needed."""
    return [{"token": []}, {"oauth": [] if scope is None else [scope]}]


def _shown(binding: Binding) -> str:
    return f"its {' and '.join(binding.only)}" if binding.only else "as a plain GET"


def _description(binding: Binding) -> str:
    operation = binding.operation
    needs = "Any token will do."
    if operation.may is not None:
        needs = f"Needs the scope `{operation.scope}` and the permission `{operation.may.name}` of the role."
    verb = operation.name.partition(".")[2]
    said = None if binding.only else _SAID.get(verb, _SAID["update"] if isinstance(operation.takes, Command) else None)
    if operation.keyed:
        said = _SAID["create"]
    return " ".join(each for each in (f"{operation.summary}.", said, needs) if each)


def _path(operation: Operation) -> list[Schema]:
    if not operation.targets:
        return []
    schema = id_schema(operation.resource)
    example = schema.pop("examples")[0]
    said = f"The id of the {operation.resource.singular}."
    return [{"name": "id", "in": "path", "required": True, "description": said, "schema": schema, "example": example}]


def _query(binding: Binding, schemas: Schemas) -> list[Schema]:
    """What a GET is told in its query string: lists are comma separated."""
    takes = binding.operation.takes
    if not binding.queried or binding.only:
        return []
    members: Mapping[str, Schema] = {}
    if isinstance(takes, Searchable):
        members = lists.plain_members(takes, schemas)
    if isinstance(takes, Selectable):
        members = lists.selection_members(takes.record, takes.include)
    return [_parameter(name, dict(schema)) for name, schema in members.items()]


def _parameter(name: str, schema: Schema) -> Schema:
    listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    said = schema.pop("description")
    return {"name": name, "in": "query", "description": said, "schema": schema, **listed}


def _body(binding: Binding, schemas: Schemas) -> Schema:
    takes = binding.operation.takes
    if binding.queried or not isinstance(takes, Searchable | Command):
        return {}
    if isinstance(takes, Searchable):
        return _content(lists.search(takes, schemas), _searches(takes), required=False)
    creates = binding.operation.name.endswith(".create")
    schema = schemas.command(takes, creates=creates)
    example = {"sent": {"summary": binding.operation.summary, "value": examples.sent(schema, schemas.made)}}
    return _content(schema, example, required=bool(takes.required) or binding.operation.kind == "create")


def _content(schema: Schema, shown: Schema, *, required: bool) -> Schema:
    return {"requestBody": {"required": required, "content": {_JSON: {"schema": schema, "examples": shown}}}}


def _searches(searchable: Searchable) -> Schema:
    """Examples of searches that anyone can run."""
    by, direction = searchable.record.default_order
    condition = {"field": by, "operator": "exists"}
    sorts = searchable.sortable[0]
    asked: dict[str, Any] = {"filters": [condition], "order_by": sorts, "sort_direction": "asc", "limit": 50}
    if searchable.include:
        asked["include"] = list(searchable.include)
    return {
        "first": {"summary": f"The first page, by {by}, {direction}", "value": {}},
        "sorted": {"summary": f"Sorted by {sorts}, fifty at a time", "value": asked},
    }


def _answers(binding: Binding, every: Iterable[Binding], schemas: Schemas) -> Schema:
    """Success, and 304 where a client may have the record already."""
    operation = binding.operation
    made: Schema = {
        "description": _outcome(binding),
        "headers": headers.of_success(binding),
    }
    if operation.kind != "delete":
        schema, example = _given(binding, schemas)
        made["content"] = {_JSON: {"schema": schema, "example": example}}
    followed = _links(binding, every)
    if followed:
        made["links"] = followed
    answers = {str(binding.status): made}
    if operation.targets and operation.kind == "read":
        unchanged = headers.written((*headers.ANSWERED, "ETag"))
        answers["304"] = {"description": "The client has this version already.", "headers": unchanged}
    return answers


def _outcome(binding: Binding) -> str:
    operation = binding.operation
    if operation.kind == "delete":
        return "It is gone."
    if operation.pages:
        return "A page."
    return {"read": "The record.", "create": "What was made of it."}.get(operation.kind, "The record as it is now.")


def _given(binding: Binding, schemas: Schemas) -> tuple[Schema, Any]:
    """What success answers with, and an example of it."""
    operation = binding.operation
    record = schemas.record(operation.gives)
    example = examples.whole(record, schemas.made)
    if binding.only:
        name = f"{operation.gives.__name__}{''.join(each.capitalize() for each in binding.only)}"
        return schemas.part(operation.gives, name, binding.only), {each: example[each] for each in binding.only}
    selectable = isinstance(operation.takes, Searchable | Selectable) and issubclass(operation.gives, Record)
    schema = schemas.selected(operation.gives) if selectable else record  # type: ignore[arg-type]  # it is a Record then
    if not operation.pages:
        return schema, example
    page = {"data": [example], "meta": {"cursor": {"next": None, "has_more": False}, "total": 1}}
    plural = operation.resource.plural if selectable else "definitions"
    return lists.page(schema, operation.gives.__name__, plural, schemas), page


def _links(binding: Binding, every: Iterable[Binding]) -> Schema:
    """What can be done next with the record a write or a search answers with."""
    operation = binding.operation
    at = _pointer(operation) if issubclass(operation.gives, Record) or operation.kind == "create" else None
    if at is None:
        return {}
    return {
        each.name: {"operationId": each.name, "parameters": {"id": f"$response.body#{at}"}}
        for each in every
        if each.operation.targets and each.operation.resource == operation.resource
    }


def _pointer(operation: Operation) -> str | None:
    """Where in the answer the id of a record stands."""
    if isinstance(operation.takes, Searchable):
        return "/data/0/id"
    if operation.kind == "create":
        return "/id" if issubclass(operation.gives, Record) else "/data/id"
    return None


def _refusal(name: str) -> Schema:
    return {"$ref": f"#/components/responses/{name}"}


def resource_of(tag: str) -> Resource | None:
    """The resource a tag is named for."""
    return next((each for each in ALL if each.plural == tag), None)
