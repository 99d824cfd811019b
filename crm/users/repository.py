"""Users' rows: the whole tenant sees them."""

from crm.storage.repository import Repository
from crm.users.model import User
from crm.users.table import users

USERS = Repository(User, users, permission=None)
