"""The one place where types are named before they exist: the graph of records is a circle, the imports are none."""

from typing import Any

from strawberry.types.lazy_type import LazyType

from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, STAGE, USER, Resource

BY_RESOURCE: dict[Resource, Any] = {
    CONTACT: LazyType("Contact", "schema.types.contacts"),
    COMPANY: LazyType("Company", "schema.types.companies"),
    DEAL: LazyType("Deal", "schema.types.deals"),
    PIPELINE: LazyType("Pipeline", "schema.types.pipelines"),
    STAGE: LazyType("Stage", "schema.types.pipelines"),
    USER: LazyType("User", "schema.types.users"),
}
"""The GraphQL type of each resource's record."""
