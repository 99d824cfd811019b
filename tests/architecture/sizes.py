"""Files and functions larger than they need be, as advice: run it, nothing fails.

python -m tests.architecture.sizes
"""

import sys
from collections.abc import Iterable, Iterator

from tests.architecture.modules import PACKAGES, Module, modules

FILE_LINES = 400
FUNCTION_LINES = 40


def advice(read: Iterable[Module]) -> Iterator[str]:
    """A line for every file and every function that is longer than it should be."""
    for module in read:
        lines = len(module.text.splitlines())
        if lines > FILE_LINES:
            yield f"{module.path}: {lines} lines"
        for function in module.functions():
            long = (function.end_lineno or function.lineno) - function.lineno + 1
            if long > FUNCTION_LINES:
                yield f"{module.path}:{function.lineno}: {function.name} has {long} lines"


if __name__ == "__main__":
    for line in advice(modules(*PACKAGES, "tests")):
        sys.stdout.write(f"advice: {line}\n")
