"""Edges between tasks and what they are about, who does them and who made them."""

from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.edge import to_many, to_one
from crm.resources import COMPANY, CONTACT, DEAL, TASK, USER
from crm.tasks.repository import TASKS
from crm.users.repository import USERS

CONTACT_OF = to_one("contact", TASK, "contact_id", CONTACTS)
COMPANY_OF = to_one("company", TASK, "company_id", COMPANIES)
DEAL_OF = to_one("deal", TASK, "deal_id", DEALS)
ASSIGNEE = to_one("assignee", TASK, "assignee_id", USERS)
CREATED_BY = to_one("created_by", TASK, "created_by_id", USERS)

OF_CONTACT = to_many("tasks", CONTACT, "contact_id", TASKS)
OF_COMPANY = to_many("tasks", COMPANY, "company_id", TASKS)
OF_DEAL = to_many("tasks", DEAL, "deal_id", TASKS)
OF_ASSIGNEE = to_many("tasks", USER, "assignee_id", TASKS)
OF_MAKER = to_many("created_tasks", USER, "created_by_id", TASKS)

TO_ONE = (CONTACT_OF, COMPANY_OF, DEAL_OF, ASSIGNEE, CREATED_BY)
EDGES = (*TO_ONE, OF_CONTACT, OF_COMPANY, OF_DEAL, OF_ASSIGNEE, OF_MAKER)
