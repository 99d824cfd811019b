"""All commands, by name."""

import typer

from gateway.cli.audit import audit
from gateway.cli.businesses import app as businesses
from gateway.cli.clients import app as clients
from gateway.cli.doctor import doctor
from gateway.cli.explaining import explain
from gateway.cli.fields import app as fields
from gateway.cli.keys import app as keys
from gateway.cli.roles import app as roles
from gateway.cli.serving import run, serve
from gateway.cli.shows import openapi, schema
from gateway.cli.storing import migrate, seed
from gateway.cli.tokens import app as tokens
from gateway.cli.users import app as users

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="One CRM core behind two doors: the /v1 REST API and GraphQL. Settings come from GATEWAY_* variables.",
)
for command in (run, serve, migrate, seed, explain, schema, openapi, audit, doctor):
    app.command()(command)
for name, group in (
    ("token", tokens),
    ("user", users),
    ("role", roles),
    ("business", businesses),
    ("field", fields),
    ("client", clients),
    ("keys", keys),
):
    app.add_typer(group, name=name)
