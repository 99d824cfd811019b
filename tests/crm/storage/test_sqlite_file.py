"""A new SQLite file, opened by many at once: each finds it in order."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from crm.storage.sqlite import connect

ROUNDS, OPENERS = 60, 4
"""So many that without patience some fail in nearly every run."""


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(OPENERS) as threads:
        for number in range(ROUNDS):
            start = Barrier(OPENERS)
            path = tmp_path / f"{number}.db"
            opened = [threads.submit(_opened, path, start) for _ in range(OPENERS)]
            assert [each.result() for each in opened] == [("wal", 2)] * OPENERS


def _opened(path: Path, start: Barrier) -> tuple[str, int]:
    """The journal's mode, and whether commits are synced (2: FULL)."""
    start.wait(10)
    connection: sqlite3.Connection = connect(path)
    mode, synchronous = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
    connection.close()
    return mode, synchronous
