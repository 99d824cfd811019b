"""Making a database ready to be shown: seeded where it is empty, and with a token at hand."""

from crm.kit.clock import system
from crm.resources import SCOPED
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.opening import open_database
from crm.storage.secret_key import secret_key
from crm.storage.tokens import Grant
from crm.users import repository
from gateway.demo.seeding import Occupied, is_seeded, seed, stories
from gateway.settings import Settings

_SCOPES = tuple(f"{resource.singular}.all" for resource in SCOPED)


async def settled(settings: Settings) -> str | None:
    """A token of the demonstration's administrator, who is there afterwards; None where the data is someone's own."""
    database = await open_database(settings.database_url)
    try:
        if not await is_seeded(database):
            await seed(database)
        return await _token(database, await secret_key(database, settings.secret_key))
    except Occupied:
        return None
    finally:
        await database.close()


async def _token(database: Database, secret: bytes) -> str:
    """The same token at every start, and no installation's but this one's; another once it was revoked."""
    northwind = stories()[0]
    text = tokens.new(northwind.business_id, b"demonstration" + secret)
    credential = tokens.parse(text)
    known = credential and await repository.acting(database, credential)
    if known and known["revoked_at"] is None:
        return text
    grant = Grant(northwind.user_ids[0], "Demonstration", _SCOPES)
    return await tokens.create(database, northwind.business_id, grant, system(), None if known else text)
