"""Edges between deals and everything they are made of."""

from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.edge import to_many, to_one
from crm.pipelines.edges import to_stage
from crm.pipelines.repository import PIPELINES
from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, STAGE, USER
from crm.users.repository import USERS

CONTACT_OF = to_one("contact", DEAL, "contact_id", CONTACTS)
COMPANY_OF = to_one("company", DEAL, "company_id", COMPANIES)
PIPELINE_OF = to_one("pipeline", DEAL, "pipeline_id", PIPELINES)
STAGE_OF = to_stage("stage", DEAL, "stage_id")
OWNER = to_one("owner", DEAL, "owner_id", USERS)

OF_CONTACT = to_many("deals", CONTACT, "contact_id", DEALS)
OF_COMPANY = to_many("deals", COMPANY, "company_id", DEALS)
OF_PIPELINE = to_many("deals", PIPELINE, "pipeline_id", DEALS)
OF_STAGE = to_many("deals", STAGE, "stage_id", DEALS)
OF_OWNER = to_many("deals", USER, "owner_id", DEALS)

TO_ONE = (CONTACT_OF, COMPANY_OF, PIPELINE_OF, STAGE_OF, OWNER)
EDGES = (*TO_ONE, OF_CONTACT, OF_COMPANY, OF_PIPELINE, OF_STAGE, OF_OWNER)
