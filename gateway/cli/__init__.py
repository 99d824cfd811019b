"""The command line: `crm-gateway …`. Each file here holds the commands of one subject."""

from gateway.cli.commands import app


def main() -> None:
    """The entry point of the distribution."""
    app()
