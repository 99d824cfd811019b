"""`crm-gateway explain`: what a GraphQL document would do and cost, told as REST requests, without running it."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from crm.access.principal import Principal
from crm.access.roles import ADMIN, role_from
from crm.access.scopes import SCOPES, expanded
from crm.kit import strict_json
from crm.storage.database import Database
from crm.storage.tenants import all_roles
from gateway.cli.console import fail, load, within
from gateway.cli.users import one_user

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, allow_dash=True, help="A GraphQL document; - is standard input.")
]
Variables = Annotated[str, typer.Option(help="Its variables, as a JSON object.")]
Operation = Annotated[str | None, typer.Option(help="Which of its operations, where there are several.")]
Email = Annotated[str | None, typer.Option(help="Who would ask; an administrator of no tenant, unasked.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", help="A scope of the token that would ask; all, unasked.")]
Business = Annotated[str | None, typer.Option(help="The tenant of who would ask, by id or name.")]
AsJson = Annotated[bool, typer.Option("--json", help="The plan as JSON, as POST /graphql/plan tells it.")]


def explain(
    file: File,
    variables: Variables = "{}",
    operation: Operation = None,
    email: Email = None,
    scope: Scopes = None,
    business: Business = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a GraphQL document would do and cost, without running it."""
    # Not above: the schema takes a second to build, which no other command need wait for.
    from gateway.explanation import NotPlanned, planned  # noqa: PLC0415
    from schema.engine import Asked  # noqa: PLC0415

    settings = load()
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")

    async def work(database: Database) -> dict[str, Any]:
        asked = Asked(text, None, operation, strict_json.read_object(variables.encode()))
        who = await _principal(database, email, business, scope)
        try:
            return await planned(settings, database, who, asked)
        except NotPlanned as fault:
            fail(str(fault))

    plan = within(work)
    typer.echo(json.dumps(plan, indent=2, default=str) if as_json else _told(plan, settings.max_points))


async def _principal(
    database: Database, email: str | None, business: str | None, scopes: list[str] | None
) -> Principal:
    """Who would ask."""
    role, business_id, user_id = ADMIN, "", ""
    if email is not None:
        user = await one_user(database, email, business)
        business_id, user_id = user["business_id"], user["id"]
        tables = {each["name"]: each["permissions"] for each in await all_roles(database, business_id)}
        role = role_from(user["role"], tables[user["role"]])
    return Principal(
        business_id=business_id,
        user_id=user_id,
        role=role,
        scopes=expanded(scopes or SCOPES),
        team=frozenset((user_id,)),
        client="cli",
        bucket="cli",
    )


def _told(plan: dict[str, Any], most: int) -> str:
    """The plan for people: a line for each step, and below it the requests it stands for."""
    lines = [f"{_points(plan['points'])} of {most}, {len(plan['steps'])} steps"]
    if plan["missing_scopes"]:
        lines.append(f"The token lacks {', '.join(plan['missing_scopes'])}.")
    for step in plan["steps"]:
        place = ".".join(step["path"])
        lines += ["", f"{step['id']}  {step['name']}  at {place}  {_points(step['points'])}{_started(step)}"]
        lines += (f"   {_request(each)}" for each in step["requests"])
        if step["replaces"] > len(step["requests"]):
            lines.append(f"   in place of {step['replaces']:,} requests")
    return "\n".join(lines)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"


def _started(step: dict[str, Any]) -> str:
    if step["after"] is None:
        return ""
    return f", after {step['after']}, for up to {step['parents']:,} records"


def _request(request: dict[str, Any]) -> str:
    body = "" if request["body"] is None else f" {orjson.dumps(request['body']).decode()}"
    return f"{request['method']} {request['path']}{body}"
