"""The project's own modules, as the architecture tests read them: by name, path and syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("crm", "rest_adapter", "schema", "gateway")
BENEATH_ROOMS = {"access", "kit", "storage"}
"""The packages of the house that are no rooms."""


@dataclass(frozen=True)
class Module:
    """One source file. `name` is dotted; a package's is its own."""

    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def imported(self) -> set[str]:
        """The top-level names of everything it imports."""
        names = {each.name for node in ast.walk(self.tree) if isinstance(node, ast.Import) for each in node.names}
        names |= {node.module or "" for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom)}
        return {each.partition(".")[0] for each in names}

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of the packages, tests included where they are asked for."""
    return tuple(Module(path) for package in packages for path in sorted((ROOT / package).rglob("*.py")))


def rooms() -> list[str]:
    """The rooms of the house, by name."""
    packages = {path.parent.name for path in (ROOT / "crm").glob("*/__init__.py")}
    return sorted(packages - BENEATH_ROOMS)


def files(package: str) -> set[str]:
    """The names of a package's modules, and of its packages."""
    folder = ROOT.joinpath(*package.split("."))
    found = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return found - {"__init__"}
