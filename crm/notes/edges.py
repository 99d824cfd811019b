"""Edges between notes and what they hang on, and who wrote them."""

from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.edge import to_many, to_one
from crm.notes.repository import NOTES
from crm.resources import COMPANY, CONTACT, DEAL, NOTE, USER
from crm.users.repository import USERS

CONTACT_OF = to_one("contact", NOTE, "contact_id", CONTACTS)
COMPANY_OF = to_one("company", NOTE, "company_id", COMPANIES)
DEAL_OF = to_one("deal", NOTE, "deal_id", DEALS)
AUTHOR = to_one("author", NOTE, "author_id", USERS)

OF_CONTACT = to_many("notes", CONTACT, "contact_id", NOTES)
OF_COMPANY = to_many("notes", COMPANY, "company_id", NOTES)
OF_DEAL = to_many("notes", DEAL, "deal_id", NOTES)
OF_AUTHOR = to_many("notes", USER, "author_id", NOTES)

TO_ONE = (CONTACT_OF, COMPANY_OF, DEAL_OF, AUTHOR)
EDGES = (*TO_ONE, OF_CONTACT, OF_COMPANY, OF_DEAL, OF_AUTHOR)
