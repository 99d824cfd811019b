"""Edges between activities and what they hang on, and who logged them. They come by when they happened."""

from crm.activities.repository import ACTIVITIES
from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.edge import to_many, to_one
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, USER
from crm.users.repository import USERS

CONTACT_OF = to_one("contact", ACTIVITY, "contact_id", CONTACTS)
COMPANY_OF = to_one("company", ACTIVITY, "company_id", COMPANIES)
DEAL_OF = to_one("deal", ACTIVITY, "deal_id", DEALS)
AUTHOR = to_one("author", ACTIVITY, "author_id", USERS)

OF_CONTACT = to_many("activities", CONTACT, "contact_id", ACTIVITIES)
OF_COMPANY = to_many("activities", COMPANY, "company_id", ACTIVITIES)
OF_DEAL = to_many("activities", DEAL, "deal_id", ACTIVITIES)
OF_AUTHOR = to_many("activities", USER, "author_id", ACTIVITIES)

TO_ONE = (CONTACT_OF, COMPANY_OF, DEAL_OF, AUTHOR)
EDGES = (*TO_ONE, OF_CONTACT, OF_COMPANY, OF_DEAL, OF_AUTHOR)
