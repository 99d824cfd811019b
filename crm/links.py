"""What tasks, notes and activities hang on: a contact, a company, a deal, or several of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.kit.commands import OneOf
from crm.resources import Resource
from crm.storage.repository import Repository

LINKS: Mapping[str, Repository] = MappingProxyType({"contact_id": CONTACTS, "company_id": COMPANIES, "deal_id": DEALS})
"""Where each link leads, by field."""

BORROWED: Mapping[str, Resource] = MappingProxyType({name: there.record.resource for name, there in LINKS.items()})
"""Whose visibility each link borrows: whoever may see the one may read the other."""


def is_linked(values: Mapping[str, Any]) -> bool:
    """Whether a record hangs on anything."""
    return any(values.get(name) is not None for name in LINKS)


linked = OneOf(tuple(LINKS))
"""A Rule: what hangs on nothing will not do."""
