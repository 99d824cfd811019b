"""A document's outline, read from its tokens alone: which selections it has, how they nest, what spreads what.

It is read before the parser runs, which takes ten times as long: most of what is hostile need never be parsed. Nothing
here refuses what is no GraphQL; the parser does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

# Comments are matched to be skipped; strings must be, so that nothing inside one is taken for a token.
_TOKEN = re.compile(
    r'#[^\r\n]*|("""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\r\n]|\\.)*"|\.\.\.|[_A-Za-z][_0-9A-Za-z]*'
    r"|-?[0-9][0-9A-Za-z.+-]*|[!$&()=@\[\]{|}:])",
    re.ASCII,
)
_OPERATIONS = ("query", "mutation", "subscription")


@dataclass(slots=True)
class Selections:
    """What stands between two braces: how often each response key is said, aliases, directives, what is inside.

    `fields` are the selections of fields, each with key and name; `inline` those of inline fragments.
    """

    keys: dict[str, int] = field(default_factory=dict)
    aliases: int = 0
    directives: int = 0
    fields: list[tuple[str, str, "Selections"]] = field(default_factory=list)
    inline: list["Selections"] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A document's operations and fragments; how many variables and tokens it has, how deep its braces nest, how many
    tokens the arguments of any one place have.
    """

    operations: list[Selections] = field(default_factory=list)
    fragments: dict[str, Selections] = field(default_factory=dict)
    variables: int = 0
    tokens: int = 0
    nesting: int = 0
    arguments: int = 0


def outline(text: str, most: int) -> Outline:
    """The outline of a document, or of its first `most` tokens and one more."""
    found = (match[1] for match in _TOKEN.finditer(text))
    tokens = list(islice(filter(None, found), most + 1))
    return _Reader(tokens).read()


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._outline = Outline(tokens=len(tokens))

    def read(self) -> Outline:
        name: str | None = None
        for said in self._following():
            if said == "fragment":
                name = self._next()
            elif said in _OPERATIONS:
                name = None
            elif said == "(":
                self._skip_arguments(defining=True)
            elif said == "{":
                self._definition(name)
                name = None
        return self._outline

    def _definition(self, fragment: str | None) -> None:
        selected = self._selections()
        if fragment is None:
            self._outline.operations.append(selected)
        else:
            self._outline.fragments[fragment] = selected

    def _selections(self) -> Selections:
        """What stands here, to the brace that closes it. A stack, not recursion: hostile documents nest deeply."""
        here = outermost = Selections()
        around: list[Selections] = []
        name: tuple[str, str] | None = None  # key and name of the field just said; None after a fragment's head
        for said in self._following():
            if said == "}":
                if not around:
                    break
                here = around.pop()
            elif said == "{":
                inner = Selections()
                if name is None:
                    here.inline.append(inner)
                else:
                    here.fields.append((*name, inner))
                around.append(here)
                self._outline.nesting = max(self._outline.nesting, len(around) + 1)
                here = inner
            elif said == "(":
                self._skip_arguments()
            elif said == "@":
                here.directives += 1
                self._next()
            elif said == "...":
                name = None
                self._spread(here)
            else:
                name = self._field(here, said)
        return outermost

    def _field(self, here: Selections, key: str) -> tuple[str, str]:
        here.keys[key] = here.keys.get(key, 0) + 1
        if self._peek() != ":":
            return key, key
        here.aliases += 1
        self._next()
        return key, self._next()

    def _spread(self, here: Selections) -> None:
        """What follows three dots: a fragment's name, or the type of an inline one, or nothing of the kind."""
        name = self._peek()
        if name == "on":
            self._next()
            self._next()
        elif name not in ("{", "@", ""):
            here.spreads.append(self._next())

    def _skip_arguments(self, *, defining: bool = False) -> None:
        depth, begun = 1, self._at
        for said in self._following():
            if said in "()":
                depth += 1 if said == "(" else -1
                if not depth:
                    break
            elif defining and said == "$":
                self._outline.variables += 1
        self._outline.arguments = max(self._outline.arguments, self._at - begun)

    def _following(self) -> Iterator[str]:
        while self._at < len(self._tokens):
            yield self._next()

    def _next(self) -> str:
        said = self._peek()
        self._at += 1
        return said

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""
