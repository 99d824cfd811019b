"""From a path to what stands there, and from a path to its text in a URL.

A literal segment wins over `{id}` and is not looked behind: `/contacts/search` is the search, whatever the method.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from rest_adapter.binding import ID, Binding

# RFC 3986 §3.3: what a segment may hold unescaped.
_SEGMENT = "!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True)
class Found:
    """A path that exists: its bindings by method, and the id in it."""

    methods: Mapping[str, Binding]
    id: str | None

    def binding(self, method: str) -> Binding | None:
        """What answers `method`; HEAD is answered as GET is."""
        return self.methods.get("GET" if method == "HEAD" else method)

    @property
    def allow(self) -> str:
        """The methods of the path, as the `Allow` header lists them."""
        return ", ".join(sorted({*self.methods, *(("HEAD",) if "GET" in self.methods else ())}))


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    any_id: "_Node | None" = None
    methods: dict[str, Binding] = field(default_factory=dict)


class Paths:
    """The paths of a table of bindings."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._root = _Node()
        for binding in bindings:
            self._add(binding)

    def _add(self, binding: Binding) -> None:
        node = self._root
        for segment in binding.path[1:].split("/"):
            if segment == ID:
                node.any_id = node = node.any_id or _Node()
            else:
                node = node.literals.setdefault(segment, _Node())
        if binding.method in node.methods:
            raise ValueError(f"{binding.method} {binding.path} is bound twice")
        node.methods[binding.method] = binding

    def find(self, path: str) -> Found | None:
        """What stands at `path`, or None where nothing does."""
        node, record_id = self._root, None
        for segment in path[1:].split("/"):
            literal = node.literals.get(segment)
            if literal is not None:
                node = literal
            elif node.any_id is not None and segment:
                node, record_id = node.any_id, segment
            else:
                return None
        return Found(node.methods, record_id) if node.methods else None


def quoted(path: str) -> str:
    """A path as a URL spells it, whatever a client wrote there."""
    return quote(path, safe=f"/{_SEGMENT}", errors="replace")


def quoted_segment(text: str) -> str:
    """One segment of a path as a URL spells it."""
    return quote(text, safe=_SEGMENT, errors="replace")
