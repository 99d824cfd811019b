"""The one place where types are named before they exist: the graph of records is a circle, the imports are none."""

from typing import Any

from strawberry.types.lazy_type import LazyType

from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, PIPELINE, STAGE, TASK, USER, Resource

BY_RESOURCE: dict[Resource, Any] = {
    CONTACT: LazyType("Contact", "schema.types.contacts"),
    COMPANY: LazyType("Company", "schema.types.companies"),
    DEAL: LazyType("Deal", "schema.types.deals"),
    TASK: LazyType("Task", "schema.types.tasks"),
    NOTE: LazyType("Note", "schema.types.notes"),
    ACTIVITY: LazyType("Activity", "schema.types.activities"),
    PIPELINE: LazyType("Pipeline", "schema.types.pipelines"),
    STAGE: LazyType("Stage", "schema.types.pipelines"),
    USER: LazyType("User", "schema.types.users"),
}
"""The GraphQL type of each resource's record."""
