"""Dataloaders: edges followed one parent at a time, gathered into one batch for all the parents that ask together.

They belong to one operation of one request, never to a connection or a process.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from aiodataloader import DataLoader

from crm.call import Call
from crm.edge import ToMany, ToOne
from crm.kit.errors import Unavailable
from crm.kit.page import Page, Row, Search

Batch = Callable[[Sequence[str]], Awaitable[Mapping[str, Any]]]


class Loaders:
    """The edges of one operation. Two fields that ask the same of an edge share its batch."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._loaders: dict[Any, DataLoader[str, Any]] = {}

    async def one(self, edge: ToOne, key: str | None) -> Row | None:
        """The record an edge leads to; None where it leads nowhere, or to what is not visible."""
        if key is None:
            return None
        loader = self._loader((edge,), lambda keys: self._call.follow_one(edge, keys))
        row: Row | None = await _kept(loader.load(key))
        return row

    async def many(self, edge: ToMany, key: str, search: Search) -> Page:
        """The first page under one parent."""
        loader = self._loader((edge, search), lambda keys: self._call.follow_many(edge, keys, search))
        page: Page = await _kept(loader.load(key))
        return page

    async def total(self, edge: ToMany, key: str, search: Search) -> int | None:
        """How many there are under one parent; None above 1,000."""
        loader = self._loader((edge, search, "total"), lambda keys: self._call.count_many(edge, keys, search))
        total: int | None = await _kept(loader.load(key))
        return total

    def _loader(self, key: Any, batch: Batch) -> "DataLoader[str, Any]":
        loader = self._loaders.get(key)
        if loader is None:
            loader = self._loaders[key] = DataLoader(_batched(batch))
        return loader


def _batched(batch: Batch) -> Callable[[list[str]], Coroutine[Any, Any, list[Any]]]:
    async def load(keys: list[str]) -> list[Any]:
        try:
            found = await batch(keys)
        except asyncio.CancelledError:
            # A cancelled batch would leave every waiter hanging; an error wakes them all.
            raise Unavailable("The query was given up.") from None
        return [found.get(key) for key in keys]

    return load


async def _kept(load: Awaitable[Any]) -> Any:
    """Wait for a load that others share: graphql-core cancels siblings, and a cancelled future would fail them all."""
    return await asyncio.shield(asyncio.ensure_future(load))
