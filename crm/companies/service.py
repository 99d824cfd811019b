"""What can be done with companies."""

from crm.companies import commands, edges
from crm.companies.repository import COMPANIES
from crm.reading import read_operation, search_operation
from crm.users.repository import USERS
from crm.writing import Room, create_operation, delete_operation, update_operation

ROOM = Room(COMPANIES, links={"owner_id": USERS})

READ = read_operation(COMPANIES, edges.TO_ONE)
SEARCH = search_operation(COMPANIES, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE)
UPDATE = update_operation(ROOM, commands.UPDATE)
DELETE = delete_operation(ROOM)

OPERATIONS = (READ, SEARCH, CREATE, UPDATE, DELETE)
