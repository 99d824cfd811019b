"""Whether memory stays bounded however many documents come, and what refusing a hostile one costs.

    python -m benchmarks.memory [--documents 100000]

Every document is another text with a plan of its own. Prints the process's memory as they pass; after the first tenth,
when the cache of documents is full, it must not grow.
"""

import argparse
import time
from pathlib import Path

from graphql.execution.values import VariableValues

from crm.kit.errors import Refused
from schema.build import build
from schema.documents import Documents, RequestError

DOCUMENT = """
query Number{number} {{
  contacts(first: {first}) {{
    nodes {{ id name company {{ name }} deals(first: 3) {{ nodes {{ field{number}: name }} }} }}
  }}
}}
"""
HOSTILE = "{ me { role " + " ".join(f"a{number}: role" for number in range(1, 660)) + " } }"
"""Of 2,000 tokens, the most that is looked at."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, default=100_000)
    given = asked.parse_args()
    documents = Documents(build())
    for number in range(given.documents + 1):
        if number % max(1, given.documents // 10) == 0:
            print(f"{number:8,} documents  {_megabytes():7.1f} MB")
        document = documents.read(DOCUMENT.format(number=number, first=number % 100 + 1))
        operation = document.operation(None)
        documents.plan(document, operation, VariableValues({}, {}))
    print(f"refusing a hostile document takes {min(_refused(documents) for _ in range(20)):.2f} ms (under 10)")


def _refused(documents: Documents) -> float:
    begun = time.process_time()
    try:
        documents.read(HOSTILE)
    except (Refused, RequestError):
        return (time.process_time() - begun) * 1000
    raise AssertionError("it was not refused")


def _megabytes() -> float:
    """What the process really holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


if __name__ == "__main__":
    main()
