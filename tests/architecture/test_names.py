"""Which files a room has, that a resource is called one thing everywhere, that a file says what it is for."""

import ast

import pytest

from crm.catalogue import OPERATIONS
from crm.kit.fields import Record
from crm.resources import ALL, Resource
from tests.architecture.modules import PACKAGES, files, modules, rooms

ROOM_FILES = {"model", "commands", "table", "repository", "edges", "service"}
NEEDED = {"model", "table", "repository", "service"}
OF_ONE_ROOM = {
    "activities": {"timeline"},  # what the house itself writes there
    "deals": {"states"},  # a deal's states are a table of their own
}
SMALL_ROOMS = {
    "account": {"model", "repository", "service"},  # keeps nothing of its own: it shows what the tenant's tables hold
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared", "lib"}

RECORDS: dict[Resource, type[Record]] = {
    each.gives.resource: each.gives for each in OPERATIONS.values() if issubclass(each.gives, Record)
}
ROOMED = [each for each in ALL if each in RECORDS]
BESIDE_RESOURCES = {"account"}
"""The room that is named for no resource: it tells a caller of itself."""


@pytest.mark.parametrize("room", rooms())
def test_a_room_has_the_files_every_room_has(room: str) -> None:
    found = files(f"crm.{room}") - OF_ONE_ROOM.get(room, set())
    assert SMALL_ROOMS.get(room, NEEDED) <= found <= ROOM_FILES


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    silent = [each.name for each in modules(*PACKAGES, "tests") if not ast.get_docstring(each.tree)]
    empty = [each.name for each in modules("tests") if not each.tree.body]
    assert sorted(set(silent) - set(empty)) == []


def test_no_file_is_named_for_nothing() -> None:
    assert [each.name for each in modules(*PACKAGES, "tests") if set(each.name.split(".")) & VAGUE] == []


def test_a_resource_has_one_name_in_every_package() -> None:
    names = {each.plural for each in ROOMED} | BESIDE_RESOURCES
    assert set(rooms()) == names
    assert files("rest_adapter.routes") == names
    assert files("schema.types") - {"lazy", "roots"} == names


@pytest.mark.parametrize("resource", ROOMED, ids=lambda each: each.plural)
def test_a_record_an_operation_and_a_table_are_named_for_their_resource(resource: Resource) -> None:
    record = RECORDS[resource]
    assert record.__name__ == resource.singular.capitalize()
    assert record.__module__ == f"crm.{resource.plural}.model"
    named = {name.partition(".")[0] for name, each in OPERATIONS.items() if each.gives is record}
    assert named == {resource.plural}
