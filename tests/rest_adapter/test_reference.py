"""The reference at /docs: everything the document tells, on one page that asks nobody for anything."""

import base64
import hashlib
import json
import re
from html import unescape

import pytest

from crm.kit.problems import KINDS
from rest_adapter.openapi.document import document
from tests.fixtures.world import World

DOCUMENT = document()
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@pytest.fixture
async def page(world: World) -> str:
    response = await world.ask(None, "GET", "/docs", version=None)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return response.text


async def test_every_operation_is_told(page: str) -> None:
    articles = dict(re.findall(r'<article id="([^"]+)"[^>]*>(.*?)</article>', page, re.DOTALL))
    for method, path, operation in OPERATIONS:
        article = unescape(articles[operation["operationId"]])
        assert f"{method}</b> <code>/v1{path}</code>" in article
        assert "curl " in article
        assert all(f"<code>{name}</code>" in article for name in operation.get("x-filterable", {}))
        scopes = [scope for each in operation["security"] for scope in each.get("oauth", ())]
        assert all(f"<code>{scope}</code>" in article for scope in scopes)


async def test_every_link_inside_leads_somewhere(page: str) -> None:
    ids = set(re.findall(r'id="([^"]+)"', page))
    assert {each for each in re.findall(r'href="#([^"]+)"', page) if unescape(each) not in ids} == set()
    problems = set(re.findall(r'href="/v1/problems/([^"]+)"', page))
    assert problems <= {kind.slug for kind in KINDS}


async def test_the_page_asks_nobody_for_anything(world: World, page: str) -> None:
    policy = (await world.ask(None, "GET", "/docs", version=None)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" in policy
    assert not re.search(r"<link|<img|@import|url\(| src=| on[a-z]+=", page)


async def test_the_only_script_is_the_one_its_policy_names(world: World, page: str) -> None:
    policy = (await world.ask(None, "GET", "/docs", version=None)).headers["content-security-policy"]
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert page.count("<script") == 1


async def test_every_operation_can_be_tried_as_it_is_told(page: str) -> None:
    calls = {
        name: json.loads(unescape(call))
        for name, call in re.findall(r'<article id="([^"]+)" data-call="([^"]+)"', page)
    }
    for method, path, operation in OPERATIONS:
        call = calls[operation["operationId"]]
        assert (call["method"], call["path"]) == (method, f"/v1{path}")
        assert {each["name"] for each in call["parameters"] if each["in"] == "path"} == set(
            re.findall(r"{(\w+)}", path)
        )
        assert (call["body"] is not None) == ("requestBody" in operation)


async def test_a_curl_of_the_page_runs_as_it_stands(world: World, page: str) -> None:
    """The search of contacts: its body is taken out of the command and sent."""
    article = re.search(r'<article id="contacts.search"[^>]*>(.*?)</article>', page, re.DOTALL)
    assert article is not None
    told = re.search(r"-d '(.*?)'</code>", unescape(article[1]), re.DOTALL)
    assert told is not None
    headers = {"Content-Type": "application/json"}
    response = await world.ask("admin", "POST", "/v1/contacts/search", headers=headers, content=told[1])
    assert response.status_code == 200


async def test_only_reading_is_answered(world: World) -> None:
    assert (await world.ask(None, "POST", "/docs", {})).status_code == 405
    assert (await world.ask(None, "HEAD", "/docs")).content == b""
