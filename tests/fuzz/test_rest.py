"""Schemathesis over /v1, with the document it serves: every check, what follows from links too, one fixed budget."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crm.contracts import NEWEST
from tests.architecture.modules import ROOT
from tests.fixtures.background import Served, background

SCHEMATHESIS = Path(sys.executable).with_name("st")
SECONDS = 600
LINKS = re.compile(r"API Links: +(\d+) covered / (\d+) selected")
"""How many of the document's links were followed: a run that creates nothing follows none, and proves nothing."""

CONFIG = """\
base-url = "{address}/v1"
seed = 1
workers = 1
continue-on-failure = true
hooks = "tests.fuzz.hooks"
headers = {{ Authorization = "Bearer {token}", Version = "{version}" }}

[generation]
max-examples = 10
allow-x00 = false

[phases.stateful]
max-steps = 20

[phases.stateful.generation]
max-examples = 60

# Only the links of the document itself: hundreds that are guessed at would leave no time for them.
[phases.stateful.inference]
algorithms = []

# What a value means may be refused though it fits its schema: `only_meaning_is_refused` looks at those more closely.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 401, 403, 404, 409, 412, 422]

[checks.negative_data_rejection]
expected-statuses = ["4xx"]

# DELETE takes some labels off a contact; the others, and the path, stay.
[[operations]]
include-operation-id-regex = "contacts.(tags|add_tags|remove_tags)"
checks = {{ use_after_free.enabled = false }}
"""


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("phases", ["examples,coverage", "fuzzing", "stateful"])
def test_the_api_is_what_its_document_says(tmp_path: Path, phases: str) -> None:
    with background(f"sqlite:///{tmp_path / 'fuzz.db'}") as served:
        (tmp_path / "schemathesis.toml").write_text(_config(served))
        told = subprocess.run(
            [
                *(SCHEMATHESIS, "--config-file", tmp_path / "schemathesis.toml", "run"),
                *(f"{served.address}/v1/openapi.json", "--phases", phases, "--no-color", "--warnings", "off"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-5_000:]
    for covered, links in LINKS.findall(told.stdout):
        assert int(covered) * 2 > int(links), told.stdout[-20_000:]
    assert phases != "stateful" or LINKS.search(told.stdout)


def _config(served: Served) -> str:
    return CONFIG.format(address=served.address, token=served.tokens["admin"], version=NEWEST.name)
