"""What one registry declares the others hold: operations, bindings, GraphQL fields, edges, records, tables, indexes."""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from graphql import GraphQLField, GraphQLObjectType
from pydantic import BaseModel

from crm import catalogue
from crm.catalogue import EDGES, OPERATIONS
from crm.edge import Edge, ToMany, ToOne
from crm.kit.fields import PublicField, fields_of
from crm.kit.page import Searchable
from crm.operation import Operation
from crm.pipelines.model import Stage
from crm.resources import STAGE, Resource
from crm.storage import where
from crm.storage.metadata import METADATA
from crm.storage.repository import Repository
from rest_adapter.routes import ROUTES
from schema.build import build
from schema.fields import Column, Etag, Fetch, Follow, Run, Write, mark_of
from schema.names import camel

SERVED = {each.resource for each in OPERATIONS.values()}
REPOSITORIES = {each.record.resource: each for each in catalogue.REPOSITORIES if each.record.resource in SERVED}
SHOWN: dict[Resource, type[BaseModel]] = {
    **{resource: each.record for resource, each in REPOSITORIES.items()},
    STAGE: Stage,
}
"""What a resource shows of itself; a stage does so inside its pipeline."""

OBJECTS = {each.name: each for each in build().type_map.values() if isinstance(each, GraphQLObjectType)}
ROOTS = [each for each in (build().query_type, build().mutation_type) if each is not None]


def named(each: Operation | Edge) -> str:
    """What a case is called."""
    return each.full_name if isinstance(each, Edge) else each.name


def graphql_type(resource: Resource) -> GraphQLObjectType:
    return OBJECTS[SHOWN[resource].__name__]


def root_marks(operation: Operation) -> list[object]:
    """The fields at the root of GraphQL that are this operation's."""
    marks = [mark_of(field) for root in ROOTS for field in root.fields.values()]
    return [each for each in marks if isinstance(each, Run | Write) and each.operation is operation]


def fields_with_marks() -> Iterator[tuple[GraphQLObjectType, str, GraphQLField]]:
    for kind in OBJECTS.values():
        yield from ((kind, name, field) for name, field in kind.fields.items() if mark_of(field) is not None)


# Operations: each has a REST face and a GraphQL face, and neither door has a face of anything else.


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_an_operation_has_a_path(operation: Operation) -> None:
    assert [each for each in ROUTES if each.operation is operation]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_an_operation_has_one_field_at_the_root_of_graphql(operation: Operation) -> None:
    assert root_marks(operation) == [Run(operation) if operation.kind == "read" else Write(operation)]


def test_the_doors_serve_nothing_the_catalogue_does_not_list() -> None:
    known = set(OPERATIONS.values())
    assert {each.operation for each in ROUTES} == known
    marks = [mark_of(field) for root in ROOTS for field in root.fields.values()]
    assert {each.operation for each in marks if isinstance(each, Run | Write)} == known
    assert [each for each in marks if not isinstance(each, Run | Write | Fetch)] == []


def test_no_path_and_method_is_bound_twice() -> None:
    assert [each for each, times in Counter((each.method, each.path) for each in ROUTES).items() if times > 1] == []


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_a_read_stands_under_query_and_a_write_under_mutation(operation: Operation) -> None:
    (mark,) = root_marks(operation)
    root = next(root for root in ROOTS for field in root.fields.values() if mark_of(field) == mark)
    assert (root is build().query_type) == (operation.kind == "read")


# Edges: each can be followed in GraphQL, and told as a search of the public API.


@pytest.mark.parametrize("edge", EDGES.values(), ids=named)
def test_an_edge_is_a_field_of_its_source(edge: Edge) -> None:
    mark = mark_of(graphql_type(edge.source).fields[camel(edge.name)])
    assert isinstance(mark, Follow)
    assert mark.edge is edge


def test_graphql_follows_nothing_the_catalogue_does_not_list() -> None:
    marks = [mark_of(field) for _, _, field in fields_with_marks()]
    assert {each.edge for each in marks if isinstance(each, Follow)} == set(EDGES.values())


@pytest.mark.parametrize("edge", EDGES.values(), ids=named)
def test_an_edge_stands_for_a_search_that_can_be_filtered_so(edge: Edge) -> None:
    search = OPERATIONS[edge.stands_for]
    assert isinstance(search.takes, Searchable)
    operators = search.takes.filterable[edge.by].kind.operators
    assert {"eq", "in"} <= set(operators)
    assert (edge.may, edge.scope) == (search.may, search.scope)


@pytest.mark.parametrize("edge", EDGES.values(), ids=named)
def test_an_edge_is_followed_by_a_key_that_leads_there(edge: Edge) -> None:
    if isinstance(edge, ToMany):
        assert edge.key == "id"
        assert fields_of(SHOWN[edge.target])[edge.by].points_to == edge.source
    elif not edge.key.startswith("_"):
        assert fields_of(SHOWN[edge.source])[edge.key].points_to == edge.target


@pytest.mark.parametrize("resource", SHOWN, ids=lambda each: each.plural)
def test_every_link_of_a_record_is_an_edge_there_and_back(resource: Resource) -> None:
    links = {each.name: each.points_to for name, each in fields_of(SHOWN[resource]).items() if name != "id"}
    links = {name: target for name, target in links.items() if target is not None}
    there = {each.key: each.target for each in EDGES.values() if isinstance(each, ToOne) and each.source == resource}
    back = {each.by: each.source for each in EDGES.values() if isinstance(each, ToMany) and each.target == resource}
    assert {key: target for key, target in there.items() if not key.startswith("_")} == links
    assert back == links


# Records: every public field once, kept somewhere, shown on both doors, served by an index where it sorts.


@pytest.mark.parametrize("resource", SHOWN, ids=lambda each: each.plural)
def test_graphql_shows_exactly_a_records_fields(resource: Resource) -> None:
    shown = graphql_type(resource).fields
    columns = {name: mark.name for name, field in shown.items() if isinstance(mark := mark_of(field), Column)}
    declared = fields_of(SHOWN[resource])
    assert columns == {camel(name): name for name in declared}
    assert [name for name in declared if shown[camel(name)].description != declared[name].description] == []
    assert [name for name, field in shown.items() if mark_of(field) == Etag()] == (
        ["etag"] if resource in REPOSITORIES else []
    )


@pytest.mark.parametrize("repository", REPOSITORIES.values(), ids=lambda each: each.table.name)
def test_a_field_is_a_column_or_computed(repository: Repository) -> None:
    columns = set(repository.table.columns.keys())
    public = set(fields_of(repository.record))
    assert repository.table.name == repository.record.resource.plural
    assert public - columns == set(repository.computed)


@pytest.mark.parametrize("repository", REPOSITORIES.values(), ids=lambda each: each.table.name)
def test_what_makes_a_record_someones_own_is_a_link_to_a_user(repository: Repository) -> None:
    declared = fields_of(repository.record)
    for column in repository.ownership.columns:
        points_to = declared[column].points_to
        assert points_to is not None
        assert points_to.singular == "user"
    assert {column: declared[column].points_to for column in repository.ownership.links} == repository.ownership.links


@pytest.mark.parametrize("repository", REPOSITORIES.values(), ids=lambda each: each.table.name)
def test_every_sort_has_an_index_in_its_order(repository: Repository) -> None:
    served = _indexed(repository.table)
    for field in _sortable(repository):
        column = where.sorted_by(repository.table, field)
        assert ["business_id", column.name, "id"] in served, field.name


@pytest.mark.parametrize("edge", [each for each in EDGES.values() if isinstance(each, ToMany)], ids=named)
def test_every_edge_to_many_has_an_index_its_pages_run_along(edge: ToMany) -> None:
    order, _ = REPOSITORIES[edge.target].record.default_order
    assert ["business_id", edge.by, order, "id"] in _indexed(METADATA.tables[edge.target.plural])


def _sortable(repository: Repository) -> list[PublicField]:
    return [each for each in fields_of(repository.record).values() if each.sortable]


def _indexed(table: sa.Table) -> list[list[str]]:
    return [each.columns.keys() for each in table.indexes]
