"""Contacts' rows: a contact is its owner's."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.contacts.model import Contact
from crm.contacts.table import contacts
from crm.resources import CONTACT
from crm.storage.repository import Repository

CONTACTS = Repository(Contact, contacts, permission=read(CONTACT), ownership=Ownership(columns=("owner_id",)))
