"""For uvicorn: `uvicorn --factory gateway.asgi:create`."""

import gc

from starlette.types import ASGIApp

from gateway import logs
from gateway.app import create_app
from gateway.settings import load

YOUNG_OBJECTS = 50_000
"""How many more objects than were freed set the collector of cycles going. Measured: at Python's own 700 it looked
through what requests hold some times in each, a tenth of W1; what a request leaves goes by counting references.
"""


def create() -> ASGIApp:
    """The application the environment describes, in a process that logs. Raises BadSettings."""
    settings = load()
    logs.configure(settings.log_level)
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look through it
    gc.set_threshold(YOUNG_OBJECTS)
    return app
