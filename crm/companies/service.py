"""What can be done with companies."""

from crm.companies import edges
from crm.companies.repository import COMPANIES
from crm.reading import read_operation, search_operation

READ = read_operation(COMPANIES, edges.TO_ONE)
SEARCH = search_operation(COMPANIES, edges.TO_ONE)

OPERATIONS = (READ, SEARCH)
