"""The limits of a document (design §4), measured on its outline before anything slower looks at it.

Every fragment is measured once, however often it is spread: 22 fragments that double each other are 22 measurements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from crm.kit import problems
from crm.kit.errors import Refused
from schema.scan import Selections, outline

MAX_LENGTH = 50_000
MAX_TOKENS = 2_000
MAX_DEPTH = 12
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 20
MAX_DIRECTIVES = 50
MAX_SAME_KEY = 30
MAX_FIELDS = 100
MAX_EXPANDED = 1_500
MAX_PAIRS = 2_000
MAX_OPERATIONS = 50
MAX_FRAGMENTS = 50
MAX_VARIABLES = 100
MAX_NESTING = 50
MAX_ARGUMENTS = 500
LONG = " Long values go into variables."

INTROSPECTION = ("__schema", "__type")
"""Fields whose selections are deep by nature and cost nothing; graphql-core bounds what repeats in them."""


@dataclass(slots=True)
class Extent:
    """What one operation or fragment spells out itself. `spreads` are the fragments it spreads, each with the level it
    does so at (None: below an introspection, where levels are not counted).
    """

    depth: int = 0
    roots: int = 0
    aliases: int = 0
    directives: int = 0
    spreads: list[tuple[int | None, str]] = field(default_factory=list)


def check(text: str) -> None:
    """Raises Refused for a document beyond any limit."""
    _within(len(text), MAX_LENGTH, "characters", LONG)
    found = outline(text, MAX_TOKENS)
    if found.tokens > MAX_TOKENS:
        raise _refused(f"The document has more than {MAX_TOKENS:,} tokens.")
    _within(len(found.operations), MAX_OPERATIONS, "operations")
    _within(len(found.fragments), MAX_FRAGMENTS, "fragments")
    _within(found.variables, MAX_VARIABLES, "variables")
    _within(found.arguments, MAX_ARGUMENTS, "tokens of arguments in one place", LONG)
    if found.nesting > MAX_NESTING:
        raise _refused(f"The document nests {found.nesting:,} braces; {MAX_NESTING} are allowed.")
    fragments = {name: _extent(each) for name, each in found.fragments.items()}
    for operation in found.operations:
        _check(_Measure(_extent(operation), fragments))
        Expansion(found.fragments).check(operation)


def _check(measure: "_Measure") -> None:
    if (depth := measure.depth()) > MAX_DEPTH:
        raise _refused(f"The document is {depth:,} levels deep; {MAX_DEPTH} are allowed.")
    _within(measure.total("aliases"), MAX_ALIASES, "aliases")
    _within(measure.total("directives"), MAX_DIRECTIVES, "directives")
    _within(measure.root_fields(), MAX_ROOT_FIELDS, "root fields")


def _extent(outermost: Selections) -> Extent:
    """What one definition spells out. Raises Refused where it says one key too often in one place."""
    extent = Extent()
    waiting: list[tuple[int | None, Selections]] = [(0, outermost)]
    while waiting:
        level, here = waiting.pop()
        _check_keys(here)
        extent.aliases += here.aliases
        extent.directives += here.directives
        extent.spreads += ((level, name) for name in here.spreads)
        waiting += ((level, inner) for inner in here.inline)
        deeper = None if level is None else level + 1
        if level is not None and here.keys:
            extent.depth = max(extent.depth, level + 1)
            extent.roots += sum(here.keys.values()) if level == 0 else 0
        waiting += ((None if name in INTROSPECTION else deeper, inner) for _, name, inner in here.fields)
    return extent


def _check_keys(selected: Selections) -> None:
    """Neither more fields than any type has, with all the aliases there may be, nor one over and over."""
    _within(len(selected.keys), MAX_FIELDS, "fields in one place")
    for key, times in selected.keys.items():
        if times > MAX_SAME_KEY:
            detail = f"The field `{key[:80]}` is repeated {times:,} times in one place; {MAX_SAME_KEY} are allowed."
            raise _refused(detail)


def _within(count: int, most: int, what: str, remedy: str = "") -> None:
    if count > most:
        raise _refused(f"The document has {count:,} {what}; {most:,} are allowed.{remedy}")


def _refused(detail: str) -> Refused:
    return Refused(problems.GRAPHQL_VALIDATION, detail)


class Expansion:
    """A document with its fragments spread out and its keys merged, as far as it must be looked at to see whether it is
    too large: how many fields there are then, and how many pairs of them are compared to tell whether they merge.
    """

    def __init__(self, fragments: Mapping[str, Selections]) -> None:
        self._fragments = fragments
        self.fields = 0
        self.pairs = 0

    def check(self, operation: Selections) -> None:
        """Raises Refused where it is too large."""
        waiting = [[operation]]
        while waiting:
            waiting += self._merged(waiting.pop())

    def _merged(self, together: list[Selections]) -> Iterable[list[Selections]]:
        """What stands below each key of selections that merge."""
        times: dict[str, int] = {}
        below: dict[str, list[Selections]] = {}
        for each in self._spread(together):
            for key, count in each.keys.items():
                times[key] = times.get(key, 0) + count
            for key, _, inner in each.fields:
                below.setdefault(key, []).append(inner)
        self.fields += len(times)
        self.pairs += sum(count * (count - 1) // 2 for count in times.values())
        _within(self.fields, MAX_EXPANDED, "fields once its fragments are spread out")
        _within(self.pairs, MAX_PAIRS, "pairs of fields to compare before they merge")
        return below.values()

    def _spread(self, together: list[Selections]) -> Iterator[Selections]:
        """The selections with all that their fragments bring, each fragment once."""
        waiting, seen = list(together), set[str]()
        while waiting:
            here = waiting.pop()
            yield here
            waiting += here.inline
            for name in here.spreads:
                if name not in seen and name in self._fragments:
                    seen.add(name)
                    waiting.append(self._fragments[name])


class _Measure:
    """One operation with the fragments it reaches, each counted once."""

    def __init__(self, operation: Extent, fragments: Mapping[str, Extent]) -> None:
        self._operation = operation
        self._fragments = fragments
        self._depths: dict[str, int] = {}

    def depth(self) -> int:
        """How many levels of fields there are. A fragment inside itself ends there; validation tells of it."""
        return self._depth(self._operation)

    def _depth(self, extent: Extent) -> int:
        deepest = extent.depth
        for level, name in extent.spreads:
            if level is None or name not in self._fragments:
                continue
            if name not in self._depths:
                self._depths[name] = 0
                self._depths[name] = self._depth(self._fragments[name])
            deepest = max(deepest, level + self._depths[name])
        return deepest

    def total(self, what: Literal["aliases", "directives"]) -> int:
        """How many there are in the operation and every fragment it reaches."""
        reached = (self._fragments[name] for name in self._reached(lambda _: True))
        return sum(getattr(each, what) for each in (self._operation, *reached))

    def root_fields(self) -> int:
        """How many fields stand at the root, fragments spread out."""
        reached = self._reached(lambda level: level == 0)
        return self._operation.roots + sum(self._fragments[name].roots for name in reached)

    def _reached(self, counts: Callable[[int | None], bool]) -> set[str]:
        """The fragments that are spread, at a level that counts, in the operation or in one of them."""
        reached: set[str] = set()
        waiting = [self._operation]
        while waiting:
            for level, name in waiting.pop().spreads:
                if name not in reached and name in self._fragments and counts(level):
                    reached.add(name)
                    waiting.append(self._fragments[name])
        return reached
