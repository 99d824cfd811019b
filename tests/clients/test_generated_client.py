"""A client that openapi-python-client makes from the served document: it imports, its types hold, it does the work."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from crm.contracts import NEWEST
from tests.fixtures.background import Served, background

SECONDS = 300
PACKAGE = "crm_client"

# The generator's own file hands `__exit__` loose arguments; nothing of the document shows in it.
MYPY = f"""\
[mypy]
strict = true

[mypy-{PACKAGE}.client]
disable_error_code = arg-type
"""

USER = f"""\
import sys

from {PACKAGE} import AuthenticatedClient
from {PACKAGE}.api.contacts import contacts_create, contacts_read, contacts_search
from {PACKAGE}.models import (
    Contact,
    ContactCondition,
    ContactConditionOperator,
    ContactPage,
    ContactSearch,
    CreateContact,
    ValidationProblem,
)
from {PACKAGE}.models.contact_condition_field_type_0 import ContactConditionFieldType0

VERSION = "{NEWEST.name}"


def create(client: AuthenticatedClient, email: str) -> Contact:
    made = contacts_create.sync(client=client, version=VERSION, body=CreateContact(email=email, job_title="Generated"))
    assert isinstance(made, Contact), made
    return made


def emails(client: AuthenticatedClient) -> list[str | None]:
    condition = ContactCondition(
        field=ContactConditionFieldType0.JOB_TITLE, operator=ContactConditionOperator.EQ, value="generated"
    )
    found: list[str | None] = []
    cursor: str | None = None
    while True:
        page = contacts_search.sync(
            client=client, version=VERSION, body=ContactSearch(filters=[condition], limit=2, cursor=cursor)
        )
        assert isinstance(page, ContactPage), page
        found += [each.email for each in page.data if isinstance(each, Contact)]
        cursor = page.meta.cursor.next_
        if cursor is None:
            return found


client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
made = [create(client, f"generated{{number}}@example.com") for number in range(5)]
assert sorted(emails(client), key=str) == [each.email for each in made]

read = contacts_read.sync(made[0].id, client=client, version=VERSION)
assert isinstance(read, Contact)
assert read == made[0]

refused = contacts_create.sync(client=client, version=VERSION, body=CreateContact())
assert isinstance(refused, ValidationProblem)
assert [each.field for each in refused.errors] == ["email"]
"""


@pytest.mark.timeout(SECONDS)
def test_a_generated_client_does_the_work(tmp_path: Path) -> None:
    with background(f"sqlite:///{tmp_path / 'client.db'}") as served:
        _generate(tmp_path, served)
        (tmp_path / "user.py").write_text(USER)
        (tmp_path / "mypy.ini").write_text(MYPY)
        _run(tmp_path, sys.executable, "-m", "mypy", PACKAGE, "user.py")
        _run(tmp_path, sys.executable, "user.py", f"{served.address}/v1", served.tokens["admin"])


def _generate(folder: Path, served: Served) -> None:
    with urllib.request.urlopen(f"{served.address}/v1/openapi.json") as answer:  # noqa: S310  our own server
        document = json.load(answer)
    (folder / "openapi.json").write_text(json.dumps(document))
    tool = str(Path(sys.executable).with_name("openapi-python-client"))
    said = _run(
        folder, tool, "generate", "--path", "openapi.json", "--meta", "none", "--output-path", PACKAGE, "--overwrite"
    )
    assert "WARNING" not in said, said


def _run(folder: Path, *command: str) -> str:
    """What a command says. Fails the test with it where it goes wrong."""
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    said = f"{told.stdout}\n{told.stderr}"
    assert told.returncode == 0, said
    return said
