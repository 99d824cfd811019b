"""For uvicorn: `uvicorn --factory gateway.asgi:create`."""

from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.settings import Settings


def create() -> ASGIApp:
    """The application the environment describes."""
    return create_app(Settings())
