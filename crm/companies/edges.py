"""Edges between companies and users."""

from crm.companies.repository import COMPANIES
from crm.edge import to_many, to_one
from crm.resources import COMPANY, USER
from crm.users.repository import USERS

OWNER = to_one("owner", COMPANY, "owner_id", USERS)
OF_OWNER = to_many("companies", USER, "owner_id", COMPANIES)

TO_ONE = (OWNER,)
EDGES = (OWNER, OF_OWNER)
