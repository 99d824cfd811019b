"""Whatever is raised becomes a problem, says nothing of the inside, and is logged once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from crm.kit import errors, problems
from crm.kit.errors import CrmError
from crm.kit.problems import Violation
from gateway.problems import Problems
from gateway.trace import Trace
from rest_adapter.problems import headers

BASE = "https://problems.example"


def raising(fault: BaseException) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise fault

    return app


@asynccontextmanager
async def calling(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Trace(Problems(app, base=BASE)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_refusal_is_a_problem() -> None:
    fault = errors.Invalid([Violation("limit", "out_of_range", "No."), Violation("x", "unknown_field", "Neither.")])
    async with calling(raising(fault)) as client:
        response = await client.get("/some/path?secret=1")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": f"{BASE}/validation",
        "title": "Validation failed",
        "status": 422,
        "detail": "No. 1 more field is not valid.",
        "instance": "/some/path",
        "trace_id": response.headers["x-trace-id"],
        "errors": [
            {"field": "limit", "code": "out_of_range", "message": "No."},
            {"field": "x", "code": "unknown_field", "message": "Neither."},
        ],
    }


@pytest.mark.parametrize("fault", [ValueError("password=hunter2"), RecursionError(), ExceptionGroup("", [OSError()])])
async def test_what_nobody_foresaw_is_a_500_that_leaks_nothing(fault: Exception) -> None:
    with capture_logs() as logs:
        async with calling(raising(fault)) as client:
            response = await client.get("/a?token=t")
    assert response.status_code == 500
    assert response.json()["type"] == f"{BASE}/server-error"
    assert "hunter2" not in response.text
    assert [(each["event"], each["path"]) for each in logs] == [("unexpected", "/a")]


async def test_a_response_that_has_begun_is_left_as_it_is() -> None:
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ValueError

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    with capture_logs() as logs:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await Trace(Problems(app, base=BASE))(scope, receive, send)
    assert [each["type"] for each in sent] == ["http.response.start", "http.response.body"]
    assert [each["event"] for each in logs] == ["unexpected"]


async def test_a_cancelled_request_stays_cancelled() -> None:
    with pytest.raises(asyncio.CancelledError):
        async with calling(raising(asyncio.CancelledError())) as client:
            await client.get("/")


async def test_head_has_the_headers_of_a_problem_without_its_body() -> None:
    async with calling(raising(errors.NotFound("No."))) as client:
        told, silent = await client.get("/a"), await client.head("/a")
    assert silent.content == b""
    assert silent.headers["content-length"] == told.headers["content-length"]


async def test_a_database_that_does_not_answer_is_logged_with_its_cause() -> None:
    fault = errors.Unavailable()
    fault.__cause__ = OSError("no route")
    with capture_logs() as logs:
        async with calling(raising(fault)) as client:
            response = await client.get("/a")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert "no route" not in response.text
    assert logs[0]["cause"] == "OSError('no route')"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (errors.Unauthenticated("x", token_sent=False), [("WWW-Authenticate", 'Bearer realm="crm-gateway"')]),
        (
            errors.Unauthenticated('The "token" is bad.', token_sent=True),
            [
                (
                    "WWW-Authenticate",
                    'Bearer realm="crm-gateway", error="invalid_token", error_description="The token is bad."',
                )
            ],
        ),
        (
            errors.Forbidden("x", scope="deal.read"),
            [("WWW-Authenticate", 'Bearer realm="crm-gateway", error="insufficient_scope", scope="deal.read"')],
        ),
        (errors.Forbidden("x"), []),
        (errors.NotFound("x"), []),
        (errors.Conflict("x", retry_after=1), [("Retry-After", "1")]),
        (errors.TooMany("x", retry_after=9), [("Retry-After", "9")]),
        (errors.Unavailable(), [("Retry-After", "2")]),
        (errors.Refused(problems.METHOD_NOT_ALLOWED, "x", headers=[("Allow", "GET")]), [("Allow", "GET")]),
    ],
)
def test_every_refusal_has_the_headers_that_belong_to_it(fault: CrmError, expected: list[tuple[str, str]]) -> None:
    assert list(headers(fault)) == expected
