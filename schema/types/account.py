"""The caller and its tenant in GraphQL."""

from crm.account import service
from schema.fields import operation


class Queries:
    me = operation(service.ME)
    custom_fields = operation(service.CUSTOM_FIELDS)
