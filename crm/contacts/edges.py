"""Edges between contacts and companies, and between contacts and users."""

from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.edge import to_many, to_one
from crm.resources import COMPANY, CONTACT, USER
from crm.users.repository import USERS

COMPANY_OF = to_one("company", CONTACT, "company_id", COMPANIES)
OWNER = to_one("owner", CONTACT, "owner_id", USERS)
OF_COMPANY = to_many("contacts", COMPANY, "company_id", CONTACTS)
OF_OWNER = to_many("contacts", USER, "owner_id", CONTACTS)

TO_ONE = (COMPANY_OF, OWNER)
EDGES = (*TO_ONE, OF_COMPANY, OF_OWNER)
