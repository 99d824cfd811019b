"""Literal segments win over ids, methods are known by path, and a path's text survives anything a client writes."""

import pytest

from crm.catalogue import OPERATIONS
from crm.contacts import service as contacts
from crm.users import service as users
from rest_adapter.binding import bind
from rest_adapter.paths import Paths, quoted, quoted_segment
from rest_adapter.routes import ROUTES

PATHS = Paths(ROUTES)


@pytest.mark.parametrize(
    ("path", "id", "allow"),
    [
        ("/contacts/search", None, "POST"),
        ("/contacts/con_1", "con_1", "DELETE, GET, HEAD, PATCH"),
        ("/contacts/searching", "searching", "DELETE, GET, HEAD, PATCH"),
        ("/users/\x00", "\x00", "GET, HEAD"),
        ("/pipelines", None, "GET, HEAD"),
        ("/pipelines/search", None, "POST"),
        ("/me", None, "GET, HEAD"),
    ],
)
def test_a_path_has_its_methods_and_its_id(path: str, id: str | None, allow: str) -> None:
    found = PATHS.find(path)
    assert found is not None
    assert (found.id, found.allow) == (id, allow)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/users",
        "/contacts/",
        "/contacts/search/",
        "/contacts/con_1/",
        "/contacts/con_1/tags/x",
        "/contacts/search/tags",
        "/Me",
        "//me",
    ],
)
def test_a_path_that_is_not_there_is_not_there(path: str) -> None:
    assert PATHS.find(path) is None


def test_head_is_answered_as_get_is() -> None:
    found = PATHS.find("/me")
    assert found is not None
    assert found.binding("HEAD") is found.binding("GET") is not None
    assert found.binding("POST") is None


def test_every_operation_has_a_rest_face() -> None:
    assert {binding.operation.name for binding in ROUTES} == set(OPERATIONS)


def test_a_binding_and_its_operation_agree_about_the_id() -> None:
    with pytest.raises(ValueError, match="takes no"):
        bind(contacts.SEARCH, "GET", "/contacts/{id}")
    with pytest.raises(ValueError, match="needs"):
        bind(users.READ, "GET", "/users")


def test_nothing_is_bound_twice() -> None:
    with pytest.raises(ValueError, match="bound twice"):
        Paths([*ROUTES, bind(users.READ, "GET", "/users/{id}")])


def test_a_path_is_told_as_a_url_spells_it() -> None:
    assert quoted("/v1/contacts/con_1") == "/v1/contacts/con_1"
    assert quoted("/v1/a b\x00\n\ud800é?#%") == "/v1/a%20b%00%0A%3F%C3%A9%3F%23%25"
    assert quoted_segment("a/b") == "a%2Fb"
