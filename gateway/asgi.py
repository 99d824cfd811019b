"""For uvicorn: `uvicorn --factory gateway.asgi:create`."""

from starlette.types import ASGIApp

from gateway import logs
from gateway.app import create_app
from gateway.settings import load


def create() -> ASGIApp:
    """The application the environment describes, in a process that logs. Raises BadSettings."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)
