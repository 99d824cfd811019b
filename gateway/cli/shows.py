"""`crm-gateway schema` and `openapi`: what the installation offers, as text."""

import typer


def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.build import sdl  # noqa: PLC0415  building it takes a second no other command need wait for

    typer.echo(sdl(), nl=False)


def openapi() -> None:
    """Print the OpenAPI document of /v1 (JSON)."""
    from rest_adapter.openapi.document import printed  # noqa: PLC0415  made once, and for this command only

    typer.echo(printed())
