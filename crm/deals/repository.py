"""Deals' rows: a deal is its owner's."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.deals.model import Deal
from crm.deals.table import deals
from crm.resources import DEAL
from crm.storage.repository import Repository

DEALS = Repository(Deal, deals, permission=read(DEAL), ownership=Ownership(columns=("owner_id",)))
