"""Every limit of a document has its own words, and refusing the worst there is takes next to nothing."""

import gc
import time
import tracemalloc

import pytest
from graphql import Lexer, Source, TokenKind, get_introspection_query, parse, validate
from graphql.execution.values import VariableValues
from hypothesis import given

from crm.kit.errors import Refused
from schema import limits
from schema.build import build
from schema.documents import Documents, RequestError
from schema.rules import Rules
from schema.scan import outline
from tests.fixtures.documents import Document, queries
from tests.fixtures.pair import POOL

MILLISECONDS = 10
LEVELS = "{ nodes { company { contacts "
LISTS = ("contacts", "companies", "deals", "tasks", "createdTasks", "notes", "activities")
PEOPLE = {"tasks": "assignee", "createdTasks": "assignee", "notes": "author", "activities": "author"}


def times(text: str, count: int) -> str:
    """A text so many times; `#` in it is the number of each."""
    return " ".join(text.replace("#", str(number)) for number in range(count))


def fragments(count: int, kind: str, body: str, last: str) -> str:
    """Fragments in each of which `@@` spreads the next one."""
    made = [f"fragment F{i} on {kind} {{ {body.replace('@@', f'...F{i + 1}')} }}" for i in range(count)]
    return " ".join([*made, f"fragment F{count} on {kind} {{ {last} }}"])


def users() -> str:
    """Each user's seven lists, in each of which there are users."""
    lists = (f"{name} {{ nodes {{ {PEOPLE.get(name, 'owner')} {{ @@ }} }} }}" for name in LISTS)
    return "{ me { user { ...F0 } } } " + fragments(3, "User", "id name email team etag " + " ".join(lists), "id")


REFUSED = {
    "characters": ('{ contacts(searchText: "' + "x" * 50_000 + '") { totalCount } }', "50,043 characters; 50,000"),
    "tokens": (f"{{ {times('me { role }', 600)} }}", "more than 2,000 tokens"),
    "levels": (f"{{ contacts {LEVELS * 4} {{ totalCount }} {'} } }' * 4} }}", "14 levels deep; 12"),
    "levels by the hundred": (
        f"{{ contacts {LEVELS * 200} {{ totalCount }} {'} } }' * 200} }}",
        "nests 602 braces; 50",
    ),
    "aliases": (f"{{ {times('a#: __typename', 31)} }}", "31 aliases; 30"),
    "aliases of fragments": (
        "{ ...A } "
        + times("fragment A on Query { ...B " + times("a#: __typename ", 16) + "}", 1)
        + times("fragment B on Query { " + times("b#: __typename ", 17) + "}", 1),
        "33 aliases; 30",
    ),
    "thousands of aliases": (f"{{ {times('a#: __typename', 660)} }}", "660 fields in one place; 100"),
    "root fields": (f"{{ {times('a#: me { role }', 21)} }}", "21 root fields; 20"),
    "directives": (f"{{ me {{ {times('role @skip(if: false) scopes @skip(if: true)', 26)} }} }}", "52 directives; 50"),
    "one field": (f"{{ me {{ {'role ' * 600} }} }}", "`role` is repeated 600 times in one place; 30"),
    "operations": (times("query Q# { me { role } }", 51), "51 operations; 50"),
    "fragments": ("{ ...F0 } " + fragments(50, "Query", "@@ @@", "__typename"), "51 fragments; 50"),
    "variables": (f"query({times('$v#: Int', 101)}) {{ me {{ role }} }}", "101 variables; 100"),
    "arguments": (f"{{ contacts(filter: {{id: {{in: [{'1 ' * 600}]}}}}) {{ totalCount }} }}", "tokens of arguments"),
    "unknown members": (f"{{ contacts(filter: {{{times('x#: {gte: 1}', 270)}}}) {{ totalCount }} }}", "of arguments"),
    "braces": (f"{{ {'... { ' * 60} __typename {'}' * 61}", "nests 61 braces; 50"),
    "deep lists": (f"{{ contacts(filter: {'[' * 900}{']' * 900}) {{ totalCount }} }}", "tokens of arguments"),
    "expanded fields": (users(), "fields once its fragments are spread out; 1,500"),
    "merging": (
        "{ contacts { " + ("nodes { " + "company { name id } " * 9 + "} ") * 29 + "} }",
        "pairs of fields to compare before they merge; 2,000",
    ),
    "merging fragments": (
        f"{{ contacts {{ {times('...F#', 40)} }} }} "
        + times("fragment F# on ContactConnection { nodes { owner { name } name } nodes { id } }", 40),
        "pairs of fields to compare before they merge; 2,000",
    ),
    "unknown fields": (f"{{ contacts {{ nodes {{ {times('nam#', 99)} }} }} }}", "Cannot query field 'nam0'"),
    "circles": (
        "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A me { role } }",
        "itself via 'B'",
    ),
    "introspection": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "Maximum introspection depth exceeded",
    ),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_too_much_is_refused_in_its_own_words_and_no_time(text: str, says: str) -> None:
    documents = Documents(build())
    assert says in refusal(documents, text)
    assert min(milliseconds(documents, text) for _ in range(5)) < MILLISECONDS


def refusal(documents: Documents, text: str) -> str:
    """What a document is told."""
    try:
        documents.read(text)
    except RequestError as fault:
        return fault.errors[0].message
    except Refused as fault:
        return fault.detail
    raise AssertionError("it was let in")


def milliseconds(documents: Documents, text: str) -> float:
    """How much CPU refusing it takes; the collector is let run between, not inside."""
    gc.collect()
    gc.disable()
    begun = time.process_time()
    refusal(documents, text)
    spent = time.process_time() - begun
    gc.enable()
    return spent * 1000


def test_fragments_that_double_each_other_are_measured_once() -> None:
    Documents(build()).read("{ ...F0 } " + fragments(49, "Query", "@@ @@", "__typename"))


def test_introspection_may_be_deep_beside_anything() -> None:
    Documents(build()).read(get_introspection_query().replace("{", "{ me { role } ", 1))


@given(asked=queries(build(), POOL, fields=60))
def test_what_clients_ask_is_within_the_limits_and_judged_as_graphql_judges(asked: Document) -> None:
    limits.check(asked.text)
    document = parse(asked.text)
    assert bool(Rules().errors(build(), document)) == bool(validate(build(), document))


@given(asked=queries(build(), POOL, fields=60))
def test_the_outline_has_the_tokens_that_the_parser_reads(asked: Document) -> None:
    lexer, count = Lexer(Source(asked.text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    assert outline(asked.text, 2_000).tokens == count


@pytest.mark.parametrize("suggestions", [True, False])
def test_suggestions_can_be_switched_off(suggestions: bool) -> None:
    told = refusal(Documents(build(), Rules(suggestions=suggestions)), "{ contact(id: 1) { nam } }")
    assert ("Did you mean" in told) is suggestions


def test_introspection_can_be_switched_off() -> None:
    closed = Documents(build(), Rules(introspection=False))
    assert "introspection has been disabled" in refusal(closed, '{ __type(name: "Contact") { name } }')
    closed.read("{ __typename }")


def test_memory_does_not_grow_with_the_number_of_documents() -> None:
    most = 20_000
    documents = Documents(build(), most=most)
    padding = times("b#: companies(first: 2) { nodes { id name owner { id } } }", 15)
    each = len(padding)

    def ask(count: int, first: int) -> int:
        for number in range(first, first + count):
            document = documents.read(f"query Q{number} {{ {padding} }}")
            documents.plan(document, document.operation(None), VariableValues({}, {}))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    full = most // each * 2
    tracemalloc.start()
    filled = ask(full, 0)
    assert ask(full, full) < filled * 1.05
    tracemalloc.stop()
