"""What the page shows of the document: references followed, schemas put in words, a curl for every operation."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from markupsafe import Markup

Node = Mapping[str, Any]

_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Member:
    """One parameter or member of a body, as a row of a table."""

    name: str
    kind: str
    said: Markup
    where: str = ""
    required: bool = False
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    said: Markup
    scope: str
    permission: str
    parameters: tuple[Member, ...]
    body: tuple[Member, ...]
    shape: str
    filters: tuple[tuple[str, str], ...]
    sorts: tuple[str, ...]
    answers: tuple[tuple[str, Markup, str], ...]
    problems: tuple[tuple[str, str], ...]
    curl: str
    call: str


@dataclass(frozen=True, slots=True)
class Family:
    """The operations of one tag."""

    name: str
    said: Markup
    operations: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A schema that answers show."""

    name: str
    said: Markup
    members: tuple[Member, ...]


class Reference:
    """Tells a document. Nothing here knows what the API is about."""

    def __init__(self, document: Node) -> None:
        self._document = document

    def families(self) -> tuple[Family, ...]:
        """The operations by tag, in the order of the tags."""
        found: dict[str, list[Told]] = {tag["name"]: [] for tag in self._document["tags"]}
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                found[operation["tags"][0]].append(self._told(path, method.upper(), operation))
        return tuple(
            Family(tag["name"], prose(tag["description"]), tuple(found[tag["name"]])) for tag in self._document["tags"]
        )

    def records(self) -> tuple[Record, ...]:
        """The schemas that answers show, but for the parts of records that `fields` asks for and for envelopes."""
        schemas = self._document["components"]["schemas"]
        shown = (name for name in schemas if not name.startswith("Sparse") and not name.endswith(_BODIES))
        return tuple(Record(name, prose(schemas[name]["description"]), self._members(schemas[name])) for name in shown)

    def _told(self, path: str, method: str, operation: Node) -> Told:
        parameters = [self._followed(each) for each in operation["parameters"]]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        scopes = [scope for each in operation["security"] for scope in each.get("oauth", ())]
        return Told(
            name=operation["operationId"],
            method=method,
            path=f"/v1{path}",
            summary=operation["summary"],
            said=prose(operation["description"].removeprefix(f"{operation['summary']}. ")),
            scope=" ".join(scopes) or ("any token" if operation["security"] else "no token"),
            permission=operation.get("x-permission", ""),
            parameters=tuple(self._parameter(each) for each in parameters),
            body=self._members(self._followed(body["schema"])) if body else (),
            shape=_name(body["schema"]) if body else "",
            filters=tuple((name, ", ".join(each)) for name, each in operation.get("x-filterable", {}).items()),
            sorts=tuple(operation.get("x-sortable", ())),
            answers=tuple(self._answers(operation)),
            problems=tuple(self._problems(operation)),
            curl=self._curl(path, method, operation, parameters, body),
            call=_call(f"/v1{path}", method, parameters, body),
        )

    def _parameter(self, parameter: Node) -> Member:
        return Member(
            parameter["name"],
            self._kind(parameter["schema"]),
            prose(parameter["description"]),
            where=parameter["in"],
            required=parameter.get("required", False),
        )

    def _members(self, schema: Node) -> tuple[Member, ...]:
        required = schema.get("required", ())
        return tuple(
            Member(
                name,
                self._kind(each),
                prose(each.get("description", "")),
                required=name in required,
                read_only=each.get("readOnly", False),
            )
            for name, each in schema.get("properties", {}).items()
        )

    def _kind(self, schema: Node) -> str:
        """What a value is, in a few words: `string, up to 255 characters, or null`."""
        if "$ref" in schema:
            followed = self._followed(schema)
            return _name(schema) if followed.get("type") == "object" else self._kind(followed)
        if "anyOf" in schema:
            return " or ".join(dict.fromkeys(self._kind(each) for each in schema["anyOf"]))
        kinds = schema.get("type", "any value")
        names = [kinds] if isinstance(kinds, str) else [each for each in kinds if each != "null"]
        if names == ["array"]:
            names = [f"list of {self._kind(schema['items'])}"]
        words = [" or ".join(names), *_limits(schema)]
        return ", ".join(words) + (", or null" if isinstance(kinds, list) and "null" in kinds else "")

    def _answers(self, operation: Node) -> Iterator[tuple[str, Markup, str]]:
        for status, answer in operation["responses"].items():
            if "$ref" not in answer:
                schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
                kind = self._kind(schema) if schema else ""
                yield status, prose(answer["description"]), kind

    def _problems(self, operation: Node) -> Iterator[tuple[str, str]]:
        for status, answer in operation["responses"].items():
            if "$ref" in answer:
                told = self._followed(answer)["content"]["application/problem+json"]["example"]
                yield status, told["type"].rpartition("/")[2]

    def _curl(self, path: str, method: str, operation: Node, parameters: list[Node], body: Node | None) -> str:
        """A command for a shell in which TOKEN is set."""
        given = {each["name"]: each.get("example") for each in parameters if each.get("required")}
        for name, value in given.items():
            path = path.replace(f"{{{name}}}", str(value))
        server = self._document["servers"][0]["url"]
        lines = [f"curl {'' if method == 'GET' else f'-X {method} '}{shlex.quote(server + path)}"]
        if operation["security"]:
            lines += ['-H "Authorization: Bearer $TOKEN"', f"-H 'Version: {given['Version']}'"]
        if body:
            lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_example(body))}"]
        return " \\\n  ".join(lines)

    def _followed(self, node: Node) -> Node:
        while "$ref" in node:
            found: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node


def _example(body: Node) -> str:
    """The body that is shown, as text."""
    return orjson.dumps(list(body["examples"].values())[-1]["value"], option=orjson.OPT_INDENT_2).decode()


def _call(path: str, method: str, parameters: list[Node], body: Node | None) -> str:
    """What the page's script needs to send the request. It sets `Version` itself, and traces nothing."""
    asked = [
        {
            "name": each["name"],
            "in": each["in"],
            "required": each.get("required", False),
            "example": str(each.get("example", "")) if each.get("required") else "",
        }
        for each in parameters
        if each["name"] not in ("Version", "traceparent")
    ]
    told = {"method": method, "path": path, "parameters": asked, "body": _example(body) if body else None}
    return orjson.dumps(told).decode()


_BODIES = ("Page", "Search", "Order", "Input")
"""Schemas that are told with the operations that take them, or are nothing but an envelope."""


def _name(schema: Node) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _limits(schema: Node) -> Iterator[str]:
    if "enum" in schema:
        yield "one of " + ", ".join(str(each) for each in schema["enum"] if each is not None)
    if "format" in schema:
        yield schema["format"]
    if "pattern" in schema:
        yield f"as {schema['pattern']}"
    for name, said in (("minLength", "at least {} characters"), ("maxLength", "at most {:,} characters")):
        if name in schema:
            yield said.format(schema[name])
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']:,} to {schema['maximum']:,}"
    if "maxItems" in schema:
        yield f"at most {schema['maxItems']}"


def prose(text: str) -> Markup:
    """A sentence as HTML: what stands between backticks is code, between asterisks strong."""
    marked = _BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escape(text, quote=False)))
    return Markup(marked)  # noqa: S704  escaped the line before


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the entries of a list."""

    text: str = ""
    entries: tuple[Markup, ...] = ()


def blocks(text: str) -> tuple[Block, ...]:
    """A longer text in Markdown's plainest: paragraphs, and lists of dashes."""
    return tuple(_block(each.strip()) for each in text.strip().split("\n\n"))


def _block(text: str) -> Block:
    if not text.startswith("- "):
        return Block(prose(" ".join(text.split())))
    entries = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
    return Block(entries=tuple(prose(" ".join(each.split())) for each in entries))
