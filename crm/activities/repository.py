"""Activities' rows: an activity is its author's, and readable by whoever may see what it hangs on."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.activities.model import Activity
from crm.activities.table import activities
from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL
from crm.storage.repository import Repository

ACTIVITIES = Repository(
    Activity,
    activities,
    permission=read(ACTIVITY),
    ownership=Ownership(columns=("author_id",), links={"contact_id": CONTACT, "company_id": COMPANY, "deal_id": DEAL}),
    links={"contact_id": CONTACTS, "company_id": COMPANIES, "deal_id": DEALS},
)
