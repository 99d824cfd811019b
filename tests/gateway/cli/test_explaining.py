"""`crm-gateway explain`: a document's plan on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Done = Callable[..., str]
DOCUMENT = "query($n: Int) { contacts(first: $n) { nodes { name company { name } deals(first: 5) { totalCount } } } }"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "contacts.graphql"
    path.write_text(DOCUMENT)
    return str(path)


def test_a_plan_is_told_as_requests(done: Done, file: str) -> None:
    assert done("explain", file, "--variables", '{"n": 40}') == (
        "8 points of 200, 4 steps\n"
        "\n"
        "0  contacts.search  at contacts  1 point\n"
        '   POST /v1/contacts/search {"limit":40}\n'
        "\n"
        "1  contact.company  at contacts.nodes.company  1 point, after 0, for up to 40 records\n"
        '   POST /v1/companies/search {"filters":[{"field":"id","operator":"in",'
        '"values":"{{steps[0].data[*].company_id}}"}],"limit":100}\n'
        "\n"
        "2  contact.deals  at contacts.nodes.deals  2 points, after 0, for up to 40 records\n"
        '   POST /v1/deals/search {"limit":5,"filters":[{"field":"contact_id","operator":"eq",'
        '"value":"{{steps[0].data[*].id}}"}]}\n'
        "   in place of 40 requests\n"
        "\n"
        "3  contact.deals  at contacts.nodes.deals.totalCount  4 points, after 0, for up to 40 records\n"
        '   POST /v1/deals/search {"limit":1,"filters":[{"field":"contact_id","operator":"eq",'
        '"value":"{{steps[0].data[*].id}}"}]}\n'
        "   in place of 40 requests"
    )


def test_it_may_be_json_from_standard_input(done: Done) -> None:
    plan = json.loads(done("explain", "-", "--json", typed="{ me { role } }"))
    assert plan["points"] == 1
    assert [each["name"] for each in plan["steps"]] == ["me.read"]


def test_what_a_token_would_lack_is_told(done: Done, file: str) -> None:
    told = done("explain", file, "--scope", "contact.all")
    assert "The token lacks company.read, deal.read." in told


def test_someone_may_be_named_who_asks(done: Done, file: str) -> None:
    done("business", "create", "--name", "Example")
    done("user", "create", "--email", "ada@example.com", "--name", "Ada", "--role", "rep")
    assert "4 steps" in done("explain", file, "--email", "ada@example.com")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{ contacts { nodes { nam } } }", "line 1: Cannot query field 'nam' on type 'Contact'. Did you mean 'name'?"),
        ("{ contacts", "Syntax Error"),
        ("{ contacts(first: 101) { totalCount } }", "contacts: `limit` must be between 1 and 100."),
        ("query A { me { role } } query B { me { role } }", "`operationName` must say which"),
        (f"{{ {'me { role } ' * 600} }}", "more than 2,000 tokens"),
    ],
)
def test_a_document_that_cannot_run_is_told_why(refused: Done, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "wrong.graphql"
    path.write_text(text)
    assert says in refused("explain", str(path))
