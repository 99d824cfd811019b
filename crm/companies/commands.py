"""What may be told to a company."""

from crm.companies.model import Company
from crm.kit.commands import create_command, update_command

CREATE = create_command(Company)
UPDATE = update_command(Company)
