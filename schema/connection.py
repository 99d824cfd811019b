"""Connections as Relay has them, over keyset pages: forwards only, on the very cursors of the REST lists."""

from typing import Generic, TypeVar

import strawberry

NodeType = TypeVar("NodeType")


@strawberry.type(description="Where a page ends, and whether there is more.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are records after this page.")
    has_previous_page: bool = strawberry.field(description="True when `after` was given.")
    start_cursor: str | None = strawberry.field(description="The first record's cursor.")
    end_cursor: str | None = strawberry.field(description="The last record's cursor: the next page's `after`.")


@strawberry.type(description="A record and its cursor.")
class Edge(Generic[NodeType]):
    cursor: str = strawberry.field(description="Continues the list after this record, on either API.")
    node: NodeType = strawberry.field(description="The record.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeType]):
    edges: list[Edge[NodeType]] = strawberry.field(description="The records with their cursors.")
    nodes: list[NodeType] = strawberry.field(description="The records.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")
    total_count: int | None = strawberry.field(
        description="How many match in all; counted only when asked for. Null above 10,000 (1,000 when nested)."
    )
