"""`crm-gateway schema`: what the installation offers, as text."""

import typer


def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.build import sdl  # noqa: PLC0415  building it takes a second no other command need wait for

    typer.echo(sdl(), nl=False)
