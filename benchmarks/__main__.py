"""Measure W1: the floor, the compiled executor and the reference one, interleaved in one run, on PostgreSQL.

    python -m benchmarks [--contacts 20000] [--requests 800] [--rounds 5] [--lists full]

Prints the server's CPU time for each request (median of the rounds) and the two ratios that count.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack

import asyncpg
import orjson

from benchmarks.servers import Server, load, post, serving
from benchmarks.w1 import DOCUMENT
from tests.fixtures.postgres import running_postgres

WARM_UP = 200
TENANT = "Northwind Demo"
GATEWAY = "gateway.asgi:create"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--contacts", type=int, default=20_000)
    asked.add_argument("--requests", type=int, default=800)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--lists", choices=LISTS, default="full")
    given = asked.parse_args()
    with running_postgres() as postgres:
        url = postgres.address(postgres.create())
        environment = {"GATEWAY_DATABASE_URL": url, "GATEWAY_RATE_LIMIT": "100000000/60s", "GATEWAY_LOG_LEVEL": "info"}
        token = _prepared(environment, given.contacts)
        environment["FLOOR_BUSINESS"] = asyncio.run(_business(url, given.lists))
        _report(_measured(environment, token, given.requests, given.rounds))


def _prepared(environment: dict[str, str], contacts: int) -> str:
    """Fill the database; a token of its admin."""
    for command in (("migrate",), ("seed", "--contacts", str(contacts))):
        _command(environment, *command)
    scopes = [word for name in ("contact", "company", "deal", "note") for word in ("--scope", f"{name}.read")]
    return _command(environment, "token", "create", "--email", "admin@demo.example", *scopes).strip()


def _command(environment: dict[str, str], *arguments: str) -> str:
    program = "from gateway.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


GIVEN = """
WITH met AS (
  SELECT id, row_number() OVER (ORDER BY created_at DESC, id DESC) - 1 AS place, count(*) OVER () AS many
  FROM contacts WHERE business_id = $1
), children AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM {table} WHERE business_id = $1
)
UPDATE {table} SET contact_id = met.id
FROM children, met
WHERE {table}.business_id = $1 AND {table}.id = children.id AND met.place = {place} % met.many
"""
LISTS = {
    "full": {"deals": "children.place / 5", "notes": "children.place / 3"},
    "even": {"deals": "children.place * 7919", "notes": "children.place"},
}
"""Whose a deal or a note is, by the contact's place among the newest. W1 asks for five deals and three notes of each
contact: `full` gives the newest that many, so that lists are what is measured; `even` spreads them over the whole
tenant, three deals for ten contacts and a note each, so that most lists are empty.
"""


async def _business(url: str, lists: str = "full") -> str:
    """The tenant that is asked for, its deals and notes given to its contacts."""
    connection = await asyncpg.connect(url)
    try:
        business = str(await connection.fetchval("SELECT id FROM businesses WHERE name = $1", TENANT))
        for table, place in LISTS[lists].items():
            await connection.execute(GIVEN.format(table=table, place=place), business)
        await connection.execute("VACUUM ANALYZE")
        return business
    finally:
        await connection.close()


def _measured(environment: dict[str, str], token: str, requests: int, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds of the server for each request, by server and round."""
    body = orjson.dumps({"query": DOCUMENT})
    request = post("/graphql", body, {"Authorization": f"Bearer {token}"})
    with ExitStack() as stack:
        servers: dict[str, Server] = {
            "floor": stack.enter_context(serving("benchmarks.floor:app", environment)),
            "compiled": stack.enter_context(serving(GATEWAY, environment, "--factory")),
            "reference": stack.enter_context(
                serving(GATEWAY, {**environment, "GATEWAY_EXECUTOR": "reference"}, "--factory")
            ),
        }
        spent: dict[str, list[float]] = {name: [] for name in servers}
        for server in servers.values():
            asyncio.run(load(server, request, WARM_UP))
        for _ in range(rounds):
            for name, server in servers.items():
                count = requests if name != "reference" else requests // 10
                before = server.milliseconds
                asyncio.run(load(server, request, count))
                spent[name].append((server.milliseconds - before) / (count // 8 * 8))
        return spent


def _report(spent: dict[str, list[float]]) -> None:
    middle = {name: statistics.median(each) for name, each in spent.items()}
    for name, each in spent.items():
        print(f"{name:10} {middle[name]:7.3f} ms CPU  ({min(each):.3f} to {max(each):.3f})")
    print(f"compiled / floor      {middle['compiled'] / middle['floor']:5.1f}   (at most 6)")
    print(f"reference / compiled  {middle['reference'] / middle['compiled']:5.1f}   (at least 15)")


if __name__ == "__main__":
    main()
