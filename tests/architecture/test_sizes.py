"""Sizes are advice, but the advice is right."""

from pathlib import Path

from tests.architecture.modules import Module
from tests.architecture.sizes import FILE_LINES, FUNCTION_LINES, advice


def test_what_is_too_long_is_named(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text(
        "def fits():\n" + "    fits()\n" * (FUNCTION_LINES - 1) + "def long():\n" + "    long()\n" * FILE_LINES
    )
    assert list(advice([Module(path)])) == [
        f"{path}: {FILE_LINES + FUNCTION_LINES + 1} lines",
        f"{path}:{FUNCTION_LINES + 1}: long has {FILE_LINES + 1} lines",
    ]
