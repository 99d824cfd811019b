"""docs/errors.md tells of every kind of problem and of every code there is, and of nothing else."""

import ast
from collections.abc import Iterator

from tests.architecture.modules import PACKAGES, ROOT, modules
from tests.rest_adapter.errors_document import CODES, document


def test_the_committed_document_is_current() -> None:
    committed = (ROOT / "docs" / "errors.md").read_text()
    assert committed == document(), "run `make fix`"


def test_every_code_that_is_told_is_explained() -> None:
    assert set(_codes()) == set(CODES)


def _codes() -> Iterator[str]:
    """The codes of all violations: the second argument wherever one is made, and what pydantic's errors are told as."""
    for module in modules(*PACKAGES):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Violation":
                yield from _constants(node.args[1])
        if module.name == "crm.kit.violations":
            yield from (str(ast.literal_eval(each)[0]) for each in _pairs(module.tree))


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)


def _pairs(tree: ast.Module) -> Iterator[ast.Tuple]:
    yield from (each for each in ast.walk(tree) if isinstance(each, ast.Tuple) and _is_pair(each))


def _is_pair(node: ast.Tuple) -> bool:
    """A code and a sentence."""
    values = [each.value for each in node.elts if isinstance(each, ast.Constant)]
    return len(values) == len(node.elts) == 2 and all(isinstance(each, str) for each in values)
