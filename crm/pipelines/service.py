"""What can be done with pipelines: read them."""

from crm.pipelines.repository import PIPELINES
from crm.reading import read_operation, search_operation

READ = read_operation(PIPELINES)
SEARCH = search_operation(PIPELINES)

OPERATIONS = (READ, SEARCH)
