"""What can be done with users: read them."""

from crm.reading import read_operation, search_operation
from crm.users.repository import USERS

READ = read_operation(USERS)
SEARCH = search_operation(USERS)

OPERATIONS = (READ, SEARCH)
