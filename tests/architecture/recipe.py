"""`docs/recipe.md` as what it tells to do: files to make, lines to put in the place of others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.modules import ROOT

RECIPE = ROOT / "docs" / "recipe.md"
_BLOCK = re.compile(r"^```(python|diff) (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the page. A `diff` is pairs of one line gone and the lines in its place."""

    kind: str
    path: str
    text: str

    def apply(self, tree: Path) -> None:
        """Do what it tells to a tree. Raises LookupError where a line it names is not there, or there twice."""
        file = tree / self.path
        if self.kind == "python":
            file.parent.mkdir(exist_ok=True)
            file.write_text(self.text)
            return
        lines = file.read_text().splitlines()
        for gone, come in self._changes():
            if lines.count(gone) != 1:
                raise LookupError(f"docs/recipe.md is out of date: {self.path} has no (or no single) line {gone!r}")
            at = lines.index(gone)
            lines[at : at + 1] = come
        file.write_text("\n".join(lines) + "\n")

    def _changes(self) -> Iterator[tuple[str, list[str]]]:
        """Each line that goes, with those that come."""
        for change in re.split(r"^-", self.text, flags=re.MULTILINE)[1:]:
            gone, *come = change.splitlines()
            yield gone, [each.removeprefix("+") for each in come]


def blocks() -> list[Block]:
    """Everything the page tells to do, in its order."""
    return [Block(*each) for each in _BLOCK.findall(RECIPE.read_text())]


def numbered(blocks: list[Block], newest: str) -> list[Block]:
    """The same with the page's migration put after the newest there is."""
    after = f"{int(newest) + 1:04}"
    return [
        Block(each.kind, each.path.replace("0006", after), each.text.replace("0006", after).replace("0005", newest))
        for each in blocks
    ]
