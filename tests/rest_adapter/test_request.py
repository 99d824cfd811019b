"""An operation told as a request is one that the router would bring back to the same operation."""

import shlex

import pytest

from crm.backend import Request
from crm.catalogue import OPERATIONS
from crm.contacts import service as contacts
from crm.operation import Operation
from crm.pipelines import service as pipelines
from rest_adapter.binding import BASE
from rest_adapter.paths import Paths
from rest_adapter.request import curl, describe
from rest_adapter.routes import ROUTES

PATHS = Paths(ROUTES)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_what_is_described_leads_back(operation: Operation) -> None:
    request = describe(operation, id="x_1" if operation.targets else None)
    found = PATHS.find(request.path.removeprefix(BASE))
    assert found is not None
    binding = found.binding(request.method)
    assert binding is not None
    assert binding.operation is operation


def test_values_are_the_query_of_a_get_and_the_body_of_a_post() -> None:
    read = describe(contacts.READ, id="con_1", values={"include": ["company", "owner"], "fields": None})
    assert read == Request("GET", "/v1/contacts/con_1?include=company,owner")
    body = {"filters": [{"field": "id", "operator": "eq", "value": "con_1"}], "limit": 5}
    assert describe(contacts.SEARCH, values=body) == Request("POST", "/v1/contacts/search", body)


def test_a_search_is_described_where_it_can_say_everything() -> None:
    assert describe(pipelines.SEARCH).path == "/v1/pipelines/search"


def test_an_id_cannot_leave_its_segment() -> None:
    assert describe(contacts.READ, id="../me?x#y").path == "/v1/contacts/..%2Fme%3Fx%23y"


def test_a_curl_survives_the_shell() -> None:
    request = describe(contacts.SEARCH, values={"search_text": "o'neil $HOME"})
    words = shlex.split(curl(request, "https://api.example/"))
    assert words[:4] == ["curl", "-X", "POST", "https://api.example/v1/contacts/search"]
    assert words[-1] == """{"search_text":"o'neil $HOME"}"""
    assert "Authorization: Bearer $TOKEN" in words
    assert shlex.split(curl(describe(contacts.READ, id="con_1"), "http://x"))[1] == "http://x/v1/contacts/con_1"
