"""Whether memory stays bounded however many documents come, and what refusing a hostile one costs.

    python -m benchmarks.memory [--documents 100000]

Every document is another text with a plan of its own, and is run. Prints the process's memory as they pass; once the
cache of documents is full (after some 4,000), it must not grow.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from pathlib import Path

import structlog

from crm.kit.errors import Refused
from crm.storage.opening import migrate
from schema.build import build
from schema.documents import Documents, RequestError
from tests.fixtures.world import seeded

DOCUMENT = """
query Number{number} {{
  contacts(first: {first}) {{
    nodes {{ id name company {{ name }} deals(first: 3) {{ nodes {{ field{number}: name stage {{ name }} }} }} }}
  }}
}}
"""

_CONTACTS = "{ contacts { nodes { ...F0 } } } "
_DOUBLED = "fragment F{0} on Contact {{ company {{ contacts {{ nodes {{ ...F{1} ...F{1} }} }} }} }}"
HOSTILE = {
    "many fields in one place": "{ me { " + " ".join(f"a{number}: role" for number in range(660)) + " } }",
    "many fields that merge": "{ " + "contacts { nodes { id name } } " * 240 + "}",
    "fragments that double": _CONTACTS + " ".join(_DOUBLED.format(number, number + 1) for number in range(90)),
    "names there are none of": "{ contacts { nodes { "
    + " ".join(f"none{number}" for number in range(1_900))
    + " } } }",
    "braces in braces": "{ contacts { nodes { " + "... on Contact { " * 390 + "id" + " }" * 390 + " } } }",
}
"""Of up to 2,000 tokens, the most that is looked at."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, default=100_000)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(f"sqlite:///{folder}/memory.db", given.documents))
    documents = Documents(build())
    for name, text in HOSTILE.items():
        dearest = min(_refused(documents, text) for _ in range(20))
        print(f"{name:26} refused in {dearest:5.2f} ms (under 10)")


async def _run(url: str, count: int) -> None:
    migrate(url)
    async with seeded(url) as world:
        for number in range(count + 1):
            if number % max(1, count // 20) == 0:
                print(f"{number:8,} documents  {_megabytes():7.1f} MB", flush=True)
            answer = await world.graphql("admin", DOCUMENT.format(number=number, first=number % 7 + 1))
            if "errors" in answer.json():
                raise AssertionError(answer.text)


def _refused(documents: Documents, text: str) -> float:
    begun = time.process_time()
    try:
        documents.read(text)
    except (Refused, RequestError):
        return (time.process_time() - begun) * 1000
    raise AssertionError("it was not refused")


def _megabytes() -> float:
    """What the process really holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


if __name__ == "__main__":
    main()
