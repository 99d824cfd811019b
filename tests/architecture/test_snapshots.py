"""The committed documents are what the code says: `make fix` writes them anew, and a review reads the difference."""

from collections.abc import Callable

import pytest

from rest_adapter.openapi.document import printed
from schema.build import sdl
from tests.architecture.modules import ROOT
from tests.parity.table import table

SNAPSHOTS: dict[str, Callable[[], str]] = {
    "rest_adapter/openapi.json": lambda: f"{printed()}\n",
    "schema/schema.graphql": sdl,
    "docs/parity.md": table,
}


@pytest.mark.parametrize("path", SNAPSHOTS)
def test_a_committed_document_is_current(path: str) -> None:
    committed = (ROOT / path).read_text()
    assert committed == SNAPSHOTS[path](), f"{path} is not current: run `make fix`"
