"""The OpenAPI document: complete, consistent, served to anyone, its examples true."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import orjson
import pytest

from crm.access.scopes import SCOPES
from crm.catalogue import OPERATIONS
from crm.kit.commands import Command
from crm.kit.fields import Record, fields_of
from crm.kit.page import Searchable
from crm.kit.problems import KINDS
from rest_adapter.binding import Binding
from rest_adapter.openapi.document import document
from rest_adapter.openapi.refusals import of_binding
from rest_adapter.routes import ROUTES
from tests.fixtures.world import World

DOCUMENT = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
BOUND = [pytest.param(each, id=f"{each.method} {each.path}") for each in ROUTES]


def described(binding: Binding) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][binding.path][binding.method.lower()]
    return found


CREATED = {each.operation.resource.plural for each in ROUTES if each.operation.kind == "create"}


def validates(schema: Any, value: Any) -> bool:
    """Whether a value is what a schema of this document says."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return jsonschema_rs.validator_for(whole, validate_formats=True).is_valid(value)


def test_every_binding_has_an_operation_and_every_operation_a_name_of_its_own() -> None:
    names = [each["operationId"] for methods in DOCUMENT["paths"].values() for each in methods.values()]
    assert len(set(names)) == len(names)
    assert set(OPERATIONS) <= set(names)
    assert {described(each)["operationId"] for each in ROUTES} == {each.name for each in ROUTES}


@pytest.mark.parametrize("binding", BOUND)
def test_an_operation_asks_for_its_scope(binding: Binding) -> None:
    scope = binding.operation.scope
    assert described(binding)["security"] == [{"token": []}, {"oauth": [scope] if scope else []}]


def test_oauth_knows_all_scopes() -> None:
    flows = DOCUMENT["components"]["securitySchemes"]["oauth"]["flows"]
    assert {flow: set(each["scopes"]) for flow, each in flows.items()} == {
        "authorizationCode": set(SCOPES),
        "clientCredentials": set(SCOPES),
    }


@pytest.mark.parametrize("path", [each for each in DOCUMENT["paths"] if each.endswith("/search")])
def test_what_a_search_finds_leads_to_all_that_can_be_done_with_it(path: str) -> None:
    plural = path.split("/")[1]
    about_one = {
        told["operationId"]
        for other, methods in DOCUMENT["paths"].items()
        for told in methods.values()
        if other.startswith(f"/{plural}/{{id}}")
    }
    assert set(DOCUMENT["paths"][path]["post"]["responses"]["200"]["links"]) == about_one
    made = DOCUMENT["paths"][f"/{plural}"]["post"]["responses"]["201"] if plural in CREATED else {"links": about_one}
    assert set(made["links"]) == about_one


@pytest.mark.parametrize("binding", BOUND)
def test_an_operation_tells_every_answer(binding: Binding) -> None:
    kinds = {str(kind.status) for kind in of_binding(binding)}
    answers = set(described(binding)["responses"])
    assert kinds < answers
    assert {each for each in answers - kinds if each != "304"} == {str(binding.status)}


def test_every_problem_of_rest_is_told() -> None:
    told = {each["status"] for each in _problem_examples()}
    graphql_only = {"graphql-parse", "graphql-validation", "query-too-costly", "persisted-query-not-found"}
    by_path_alone = {"method-not-allowed"}
    rest = {each.status for each in KINDS if each.slug not in graphql_only | by_path_alone | {"deadline-exceeded"}}
    assert told == rest


def _problem_examples() -> Iterator[dict[str, Any]]:
    for response in DOCUMENT["components"]["responses"].values():
        yield from (content["example"] for content in response["content"].values())


@pytest.mark.parametrize("operation", [each for each in OPERATIONS.values() if issubclass(each.gives, Record)])
def test_a_record_shows_exactly_its_fields(operation: Any) -> None:
    record = operation.gives
    schema = SCHEMAS[record.__name__]
    assert set(schema["required"]) == set(fields_of(record))
    for name, each in fields_of(record).items():
        said = schema["properties"][name]
        assert said["description"] == each.description
        assert said.get("readOnly", False) == each.read_only


@pytest.mark.parametrize("operation", [each for each in OPERATIONS.values() if isinstance(each.takes, Command)])
def test_a_command_takes_exactly_its_members(operation: Any) -> None:
    schema = SCHEMAS[operation.takes.model.__name__]
    assert set(schema["properties"]) == set(operation.takes.members)
    assert set(schema.get("required", ())) == operation.takes.required


@pytest.mark.parametrize("operation", [each for each in OPERATIONS.values() if isinstance(each.takes, Searchable)])
def test_a_search_takes_exactly_its_members(operation: Any) -> None:
    takes = operation.takes
    schema = SCHEMAS[f"{takes.record.__name__}Search"]
    missing = set() if takes.include else {"include"}
    assert set(schema["properties"]) == set(takes.members) - missing
    fields = SCHEMAS[f"{takes.record.__name__}Condition"]["properties"]["field"]
    assert fields.get("enum", fields.get("anyOf", [{}])[0].get("enum")) == list(takes.filterable)


@pytest.mark.parametrize(
    ("condition", "good"),
    [
        ({"field": "email", "operator": "eq", "value": "a@example.com"}, True),
        ({"field": "email", "operator": "eq"}, False),
        ({"field": "email", "operator": "eq", "value": 1}, False),
        ({"field": "email", "operator": "exists"}, True),
        ({"field": "email", "operator": "exists", "value": "x"}, False),
        ({"field": "lead_score", "operator": "between", "value": 1, "value_to": 2}, True),
        ({"field": "lead_score", "operator": "between", "value": [1, 2]}, True),
        ({"field": "lead_score", "operator": "between", "value": 1}, False),
        ({"field": "lead_score", "operator": "contains", "value": 1}, False),
        ({"field": "company_id", "operator": "in", "values": ["cmp_" + "0" * 24]}, True),
        ({"field": "company_id", "operator": "in", "values": ["con_" + "0" * 24]}, False),
        ({"field": "company_id", "operator": "in", "values": []}, False),
        ({"field": "custom_fields.tier", "operator": "eq", "value": "gold"}, True),
        ({"field": "shoe_size", "operator": "eq", "value": 1}, False),
        ({"field": "company_id", "operator": "in", "value": ["cmp_" + "0" * 24], "values": None}, True),
        ({"field": "lead_score", "operator": "in", "value": [1], "values": [1]}, False),
        ({"field": "lead_score", "operator": "eq", "value": 7.0}, True),
        ({"field": "lead_score", "operator": "eq", "value": 7.5}, False),
    ],
    ids=str,
)
async def test_a_condition_fits_the_schema_as_it_fits_the_search(
    world: World, condition: dict[str, Any], good: bool
) -> None:
    assert validates({"$ref": "#/components/schemas/ContactCondition"}, condition) is good
    response = await world.ask("admin", "POST", "/v1/contacts/search", {"filters": [condition]})
    assert response.status_code == (200 if good else 422)


@pytest.mark.parametrize(("amount", "good"), [(10**13, True), (-(10**13), True), (10**13 + 1, False)])
async def test_an_amount_keeps_to_its_range(world: World, amount: int, good: bool) -> None:
    condition = {"field": "value", "operator": "gte", "value": amount}
    assert validates({"$ref": "#/components/schemas/DealCondition"}, condition) is good
    response = await world.ask("admin", "POST", "/v1/deals/search", {"filters": [condition]})
    assert response.status_code == (200 if good else 422)


@pytest.mark.parametrize(("limit", "good"), [(100.0, True), (100.5, False), (100, True), (101, False), (None, True)])
async def test_a_limit_is_a_whole_number_however_it_is_written(world: World, limit: Any, good: bool) -> None:
    assert validates({"$ref": "#/components/schemas/ContactSearch"}, {"limit": limit}) is good
    response = await world.ask("admin", "POST", "/v1/contacts/search", {"limit": limit})
    assert response.status_code == (200 if good else 422)


def test_every_example_is_what_its_schema_says() -> None:
    examples = list(_examples(DOCUMENT))
    assert len(examples) > 400
    assert [(schema, value) for schema, value in examples if not validates(schema, value)] == []


def _examples(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every example in the document, with the schema it stands beside or belongs to."""
    if isinstance(node, list):
        for each in node:
            yield from _examples(each)
    if not isinstance(node, dict):
        return
    schema = node.get("schema", {})
    if "schema" in node and "example" in node:
        yield schema, node["example"]
    if "schema" in node and isinstance(node.get("examples"), dict):
        yield from ((schema, each["value"]) for each in node["examples"].values())
    if isinstance(node.get("examples"), list):
        yield from ((node, each) for each in node["examples"])
    for name, each in node.items():
        if name not in ("example", "examples", "default"):
            yield from _examples(each)


async def test_it_is_served_to_anyone_and_kept_by_its_etag(world: World) -> None:
    served = await world.ask(None, "GET", "/v1/openapi.json", version=None)
    assert (served.status_code, served.headers["content-type"]) == (200, "application/json")
    kept = await world.ask(None, "GET", "/v1/openapi.json", headers={"If-None-Match": served.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    assert (await world.ask(None, "POST", "/v1/openapi.json", {})).status_code == 405


async def test_the_served_document_names_its_own_address(world: World) -> None:
    served = orjson.loads((await world.ask(None, "GET", "/v1/openapi.json", version=None)).content)
    assert served["servers"][0]["url"] == "http://127.0.0.1:8000/v1"
    assert {**served, "servers": None, "components": None} == {**DOCUMENT, "servers": None, "components": None}
