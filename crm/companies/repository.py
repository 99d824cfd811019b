"""Companies' rows: a company is its owner's."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.companies.model import Company
from crm.companies.table import companies
from crm.resources import COMPANY
from crm.storage.repository import Repository

COMPANIES = Repository(Company, companies, permission=read(COMPANY), ownership=Ownership(columns=("owner_id",)))
